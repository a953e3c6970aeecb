//! A form as a person fills it in: by the labels of its fields, sent by the words on its button.

use reqwest::{Method, Url};
use scraper::{ElementRef, Html, Selector};

use super::{Client, Page, page::words};

/// A form with what stands in it, and the button that will send it.
pub struct Form {
    client: Client,
    method: Method,
    action: Url,
    fields: Vec<Field>,
}

struct Field {
    name: String,
    label: String,
    value: String,
    kind: Kind,
    /// Disabled: shown, and not sent.
    locked: bool,
}

enum Kind {
    Text,
    /// A check box or radio button, and whether it is ticked.
    Box {
        radio: bool,
        ticked: bool,
    },
    /// Values and labels.
    Select(Vec<(String, String)>),
}

impl Form {
    /// The form and the button, or the words of all buttons on the page.
    pub(super) fn find<'a>(
        html: &'a Html,
        beside: &str,
        text: &str,
    ) -> Result<(ElementRef<'a>, ElementRef<'a>), Vec<String>> {
        let buttons: Vec<_> = html.select(&css("button, input[type=submit]")).collect();
        let found = buttons.iter().filter(|button| says(**button) == text).find_map(|button| {
            let form = match button.attr("form") {
                Some(id) => html.select(&css("form")).find(|form| form.attr("id") == Some(id)),
                None => above(*button).find(|element| element.value().name() == "form"),
            }?;
            let row = |element: &ElementRef<'_>| {
                matches!(element.value().name(), "tr" | "li" | "article" | "section" | "form" | "dd")
            };
            let near = beside.is_empty()
                || above(*button).filter(row).take(2).any(|row| words(row).contains(beside));
            near.then_some((form, *button))
        });
        found.ok_or_else(|| buttons.into_iter().map(says).collect())
    }

    pub(super) fn read(
        client: Client,
        page: &Url,
        html: &Html,
        form: ElementRef<'_>,
        button: ElementRef<'_>,
    ) -> Self {
        let attr = |name: &str| button.attr(&format!("form{name}")).or(form.attr(name));
        let method = attr("method").unwrap_or("get").to_uppercase().parse().unwrap();
        let action = page.join(attr("action").unwrap_or("")).unwrap();
        let id = form.attr("id");
        let named = css("input[name], select[name], textarea[name]");
        let all = html.select(&named);
        let own = all.filter(|field| match field.attr("form") {
            Some(other) => Some(other) == id,
            None => above(*field).any(|element| element == form),
        });
        let mut fields: Vec<_> = own.filter_map(|field| Field::read(html, field)).collect();
        if let Some(name) = button.attr("name") {
            let value = button.attr("value").unwrap_or_default().to_owned();
            let kind = Kind::Text;
            fields.push(Field { name: name.to_owned(), label: String::new(), value, kind, locked: false });
        }
        Self { client, method, action, fields }
    }

    /// Types into a field, found by its label, else by its name.
    ///
    /// # Panics
    /// Here and below, when there is no such field, or it is locked; the message lists the fields.
    #[must_use]
    pub fn fill(mut self, label: &str, value: &str) -> Self {
        value.clone_into(&mut self.open(label).value);
        self
    }

    /// Ticks a check box or radio button.
    #[must_use]
    pub fn tick(mut self, label: &str) -> Self {
        let name = self.open(label).name.clone();
        if let Kind::Box { radio: true, .. } = self.open(label).kind {
            for field in self.fields.iter_mut().filter(|field| field.name == name) {
                field.set(false);
            }
        }
        self.open(label).set(true);
        self
    }

    /// Takes the tick from a check box.
    #[must_use]
    pub fn untick(mut self, label: &str) -> Self {
        self.open(label).set(false);
        self
    }

    /// Chooses from a list, by the words of the option.
    #[must_use]
    pub fn choose(mut self, label: &str, option: &str) -> Self {
        let field = self.open(label);
        let Kind::Select(options) = &field.kind else { panic!("“{label}” is no list") };
        let chosen = options.iter().find(|(value, label)| label == option || value == option);
        let (value, _) = chosen.unwrap_or_else(|| panic!("“{label}” has no “{option}”, but {options:?}"));
        field.value = value.clone();
        self
    }

    /// Sends this name and value in place of what the form has, whatever it has: for forged requests.
    #[must_use]
    pub fn forge(mut self, name: &str, value: &str) -> Self {
        self.fields.retain(|field| field.name != name);
        let (name, value) = (name.to_owned(), value.to_owned());
        self.fields.push(Field { name, value, label: String::new(), kind: Kind::Text, locked: false });
        self
    }

    /// What stands in a field.
    pub fn value(&self, label: &str) -> &str {
        &self.field(label).value
    }

    /// Whether a box is ticked.
    pub fn is_ticked(&self, label: &str) -> bool {
        matches!(self.field(label).kind, Kind::Box { ticked: true, .. })
    }

    /// Whether a field is shown and cannot be changed.
    pub fn is_locked(&self, label: &str) -> bool {
        self.field(label).locked
    }

    /// What would be sent, in order.
    pub fn data(&self) -> Vec<(&str, &str)> {
        let sent = self.fields.iter().filter(|field| !field.locked);
        let sent = sent.filter(|field| !matches!(field.kind, Kind::Box { ticked: false, .. }));
        sent.map(|field| (field.name.as_str(), field.value.as_str())).collect()
    }

    /// Presses the button.
    pub async fn submit(&self) -> Page {
        let mut action = self.action.clone();
        if self.method == Method::GET {
            action.query_pairs_mut().clear().extend_pairs(self.data());
            return self.client.get(action.as_str()).await;
        }
        self.client.post(action.as_str(), &self.data()).await
    }

    fn open(&mut self, label: &str) -> &mut Field {
        let place = self.find_field(label);
        let field = &mut self.fields[place];
        assert!(!field.locked, "“{label}” is locked");
        field
    }

    fn field(&self, label: &str) -> &Field {
        &self.fields[self.find_field(label)]
    }

    /// By the whole label, else by the beginning of one (help may stand in it), else by name.
    fn find_field(&self, label: &str) -> usize {
        let place = |matches: &dyn Fn(&Field) -> bool| self.fields.iter().position(matches);
        place(&|field| field.label == label)
            .or_else(|| place(&|field| field.label.starts_with(label)))
            .or_else(|| place(&|field| field.name == label))
            .unwrap_or_else(|| {
                let there: Vec<_> = self.fields.iter().map(|field| (&field.label, &field.name)).collect();
                panic!("no field is labelled “{label}”; these are there: {there:?}")
            })
    }
}

impl Field {
    fn read(html: &Html, field: ElementRef<'_>) -> Option<Self> {
        let attr = |name| field.attr(name).unwrap_or_default().to_owned();
        let (value, kind) = match (field.value().name(), field.attr("type").unwrap_or("text")) {
            ("input", "submit" | "button" | "reset" | "image") => return None,
            ("input", kind @ ("checkbox" | "radio")) => {
                let value = field.attr("value").unwrap_or("on").to_owned();
                (value, Kind::Box { radio: kind == "radio", ticked: field.attr("checked").is_some() })
            }
            ("select", _) => {
                let options: Vec<_> = field.select(&css("option")).collect();
                let value = |option: &ElementRef<'_>| {
                    option.attr("value").map_or_else(|| words(*option), str::to_owned)
                };
                let chosen =
                    options.iter().find(|option| option.attr("selected").is_some()).or(options.first());
                let chosen = chosen.map(value).unwrap_or_default();
                (chosen, Kind::Select(options.iter().map(|option| (value(option), words(*option))).collect()))
            }
            ("textarea", _) => (field.text().collect(), Kind::Text),
            _ => (attr("value"), Kind::Text),
        };
        let fieldset = |element: ElementRef<'_>| {
            element.value().name() == "fieldset" && element.attr("disabled").is_some()
        };
        let locked = field.attr("disabled").is_some() || above(field).any(fieldset);
        Some(Self { name: attr("name"), label: label_of(html, field), value, kind, locked })
    }

    fn set(&mut self, on: bool) {
        let Kind::Box { ticked, .. } = &mut self.kind else {
            panic!("“{}” is no box to tick", self.label)
        };
        *ticked = on;
    }
}

fn label_of(html: &Html, field: ElementRef<'_>) -> String {
    let named = field
        .attr("id")
        .and_then(|id| html.select(&css("label")).find(|label| label.attr("for") == Some(id)));
    let label = named.or_else(|| above(field).find(|element| element.value().name() == "label"));
    label.map(words).or_else(|| field.attr("aria-label").map(str::to_owned)).unwrap_or_default()
}

/// The words on a button, or those that stand for it.
fn says(button: ElementRef<'_>) -> String {
    let shown = if button.value().name() == "input" {
        button.attr("value").unwrap_or_default().to_owned()
    } else {
        words(button)
    };
    if shown.is_empty() { button.attr("aria-label").unwrap_or_default().to_owned() } else { shown }
}

fn above(element: ElementRef<'_>) -> impl Iterator<Item = ElementRef<'_>> {
    element.ancestors().filter_map(ElementRef::wrap)
}

fn css(selector: &str) -> Selector {
    Selector::parse(selector).unwrap()
}
