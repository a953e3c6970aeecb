//! What the server answered, read the way a person reads it.

use std::fmt;

use reqwest::{Response, Url, header::HeaderMap};
use scraper::{ElementRef, Html, Selector};

use super::{Client, Form};

/// An answer, with its body read to the end.
pub struct Page {
    client: Client,
    status: u16,
    url: Url,
    headers: HeaderMap,
    body: String,
}

impl Page {
    pub(super) async fn read(client: Client, answer: Response) -> Self {
        let (status, url, headers) =
            (answer.status().as_u16(), answer.url().clone(), answer.headers().clone());
        let body = answer.text().await.unwrap();
        Self { client, status, url, headers, body }
    }

    pub fn status(&self) -> u16 {
        self.status
    }

    /// Where it came from, after all redirects.
    pub fn url(&self) -> &Url {
        &self.url
    }

    /// The address without the server and the query.
    pub fn path(&self) -> &str {
        self.url.path()
    }

    /// A header's value; empty when it is absent.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    /// The body as it came.
    pub fn body(&self) -> &str {
        &self.body
    }

    /// The words that a reader sees, each run of white space as one blank.
    pub fn text(&self) -> String {
        words(self.html().root_element())
    }

    /// Whether these words can be read on the page.
    pub fn says(&self, words: &str) -> bool {
        self.text().contains(words)
    }

    /// What the server said about the last act: messages, and errors.
    pub fn flash(&self) -> Vec<String> {
        self.all("[role=status], [role=alert]").into_iter().filter(|line| !line.is_empty()).collect()
    }

    /// The words of each element that a CSS selector finds.
    pub fn all(&self, selector: &str) -> Vec<String> {
        let selector = Selector::parse(selector).unwrap();
        self.html().select(&selector).map(words).collect()
    }

    /// The address behind the link with these words.
    ///
    /// # Panics
    /// When there is none; the message lists the links that there are.
    pub fn link(&self, text: &str) -> Url {
        let html = self.html();
        let links: Vec<_> = html.select(&Selector::parse("a[href]").unwrap()).collect();
        let found = links.iter().find(|link| words(**link) == text || link.attr("aria-label") == Some(text));
        let Some(link) = found else {
            let there: Vec<_> = links.into_iter().map(words).collect();
            panic!("no link says “{text}”; these are there: {there:?}, in {self}")
        };
        self.url.join(link.attr("href").unwrap_or_default()).unwrap()
    }

    /// Whether a link with these words is there.
    pub fn has_link(&self, text: &str) -> bool {
        self.all("a[href]").iter().any(|words| words == text)
    }

    /// Opens the link with these words.
    pub async fn follow(&self, text: &str) -> Self {
        self.client.get(self.link(text).as_str()).await
    }

    /// The form that the button with these words sends; the first, if there are several.
    ///
    /// # Panics
    /// When there is none; the message lists the buttons that there are.
    pub fn form(&self, button: &str) -> Form {
        self.form_beside("", button)
    }

    /// The form whose button has these words and stands in one row, card or section with those: "Remove Access"
    /// beside "developer@bakery.example".
    pub fn form_beside(&self, beside: &str, button: &str) -> Form {
        let html = self.html();
        let found = Form::find(&html, beside, button);
        let (form, pressed) = found.unwrap_or_else(|buttons| {
            panic!("no button says “{button}” beside “{beside}”; these are there: {buttons:?}, in {self}")
        });
        Form::read(self.client.clone(), &self.url, &html, form, pressed)
    }

    /// Whether a button with these words is there.
    pub fn has_button(&self, text: &str) -> bool {
        Form::find(&self.html(), "", text).is_ok()
    }

    fn html(&self) -> Html {
        Html::parse_document(&self.body)
    }
}

impl fmt::Display for Page {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}: {}", self.status, self.url, self.text())
    }
}

/// The words in an element, without those of styles and scripts.
pub(super) fn words(element: ElementRef<'_>) -> String {
    let hidden = |name: &str| matches!(name, "style" | "script" | "template" | "head");
    let texts = element.descendants().filter(|node| node.value().is_text());
    let seen = texts.filter(|node| {
        !node
            .ancestors()
            .any(|above| above.value().as_element().is_some_and(|element| hidden(element.name())))
    });
    let all: String = seen.filter_map(|node| Some(format!("{} ", node.value().as_text()?.text))).collect();
    all.split_whitespace().collect::<Vec<_>>().join(" ")
}
