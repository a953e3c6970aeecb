//! Pages of one form: the same elements around other words. What a converter makes of a form it makes once, with marks where the words
//! stood; each page of that form is then only filled in.

mod apart;

use apart::{Apart, Place, Word, is_mark};
use hashlink::LruCache;
use std::borrow::Cow;
use std::sync::{Arc, Mutex, PoisonError};

/// So many forms are kept: each template has a few, by what it leaves out and how many paragraphs somebody wrote.
const KEPT: usize = 128;
/// Bytes of the longest form that is kept.
const LONGEST: usize = 32 * 1024;

/// What a converter gives, if it neither looks into words nor changes them but by the way in which it writes them.
#[derive(Clone, Copy, Debug)]
pub(super) enum Gives {
    /// HTML.
    Html,
    /// Text, in which blanks do not count.
    Text,
}

/// A converter of pages, and what it made of the forms it saw last.
pub(super) struct Forms {
    convert: fn(&str) -> Result<String, String>,
    gives: Gives,
    known: Mutex<LruCache<String, Arc<Form>>>,
}

/// A converted form.
struct Form {
    /// The pieces between its marks; each but the first has the mark before it.
    pieces: Vec<(Option<usize>, String)>,
}

impl Forms {
    pub(super) fn new(gives: Gives, convert: fn(&str) -> Result<String, String>) -> Self {
        Self { convert, gives, known: Mutex::new(LruCache::new(KEPT)) }
    }

    /// What the converter makes of a page.
    ///
    /// # Errors
    /// What the converter says.
    pub(super) fn convert(&self, page: &str) -> Result<String, String> {
        let Some(Apart { form, words }) = apart::take(page) else { return (self.convert)(page) };
        let known = self.known().get(&form).cloned();
        let form = match known {
            Some(known) => known,
            None => {
                let converted = Arc::new(Form::of(&(self.convert)(&form)?));
                if form.len() <= LONGEST {
                    self.known().insert(form, Arc::clone(&converted));
                }
                converted
            }
        };
        // Only marks that were set stand in what was made of them.
        Ok(form.filled(&words, self.gives).unwrap_or_default())
    }

    fn known(&self) -> std::sync::MutexGuard<'_, LruCache<String, Arc<Form>>> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Form {
    fn of(converted: &str) -> Self {
        let mut pieces = vec![(None, String::new())];
        let mut rest = converted;
        while let Some((at, mark)) = rest.char_indices().find(|(_, c)| is_mark(*c)) {
            if let Some((_, piece)) = pieces.last_mut() {
                piece.push_str(&rest[..at]);
            }
            pieces.push((Some(apart::number(mark)), String::new()));
            rest = &rest[at + mark.len_utf8()..];
        }
        if let Some((_, piece)) = pieces.last_mut() {
            piece.push_str(rest);
        }
        Self { pieces }
    }

    fn filled(&self, words: &[Word], gives: Gives) -> Option<String> {
        let of_words: usize = words.iter().map(|word| word.text.len() + 16).sum();
        let of_pieces: usize = self.pieces.iter().map(|(_, piece)| piece.len()).sum();
        let mut page = String::with_capacity(of_pieces + of_words);
        for (mark, piece) in &self.pieces {
            if let Some(number) = mark {
                let word = words.get(*number)?;
                match gives {
                    Gives::Text => push_text(&mut page, &word.text),
                    Gives::Html => push_html(&mut page, word),
                }
            }
            page.push_str(piece);
        }
        Some(page)
    }
}

/// Words as text: what stands between them is one blank.
fn push_text(page: &mut String, text: &str) {
    let mut words = text.split_ascii_whitespace();
    page.push_str(words.next().unwrap_or_default());
    for word in words {
        page.push(' ');
        page.push_str(word);
    }
}

fn push_html(page: &mut String, word: &Word) {
    let (first, second) = match word.place {
        Place::Text => ('<', '>'),
        Place::Attribute => ('"', '"'),
    };
    let mut rest: &str = &word.text;
    while let Some(at) = rest.find(['&', first, second]) {
        page.push_str(&rest[..at]);
        page.push_str(match rest.as_bytes()[at] {
            b'&' => "&amp;",
            b'<' => "&lt;",
            b'>' => "&gt;",
            _ => "&quot;",
        });
        rest = &rest[at + 1..];
    }
    page.push_str(rest);
}

/// Text without the entities that our engine writes; nothing if it has others.
fn decoded(text: &str) -> Option<Cow<'_, str>> {
    const ENTITIES: [(&str, char); 7] = [
        ("&amp;", '&'),
        ("&lt;", '<'),
        ("&gt;", '>'),
        ("&quot;", '"'),
        ("&#39;", '\''),
        ("&#x27;", '\''),
        ("&#x2f;", '/'),
    ];
    let Some(mut at) = text.find('&') else { return Some(Cow::Borrowed(text)) };
    let (mut plain, mut rest) = (String::with_capacity(text.len()), text);
    loop {
        plain.push_str(&rest[..at]);
        let (entity, sign) = ENTITIES.iter().find(|(entity, _)| rest[at..].starts_with(entity))?;
        plain.push(*sign);
        rest = &rest[at + entity.len()..];
        match rest.find('&') {
            Some(next) => at = next,
            None => break,
        }
    }
    plain.push_str(rest);
    Some(Cow::Owned(plain))
}

#[cfg(test)]
mod tests;
