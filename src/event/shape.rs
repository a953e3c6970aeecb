//! What an object in an event looks like: field by field, with a sentence each.
//!
//! A shape is written once, with the struct it describes (see `record!`), and everything else that
//! must know fields is made from it: the checker's "did you mean", the handbook, editor
//! definitions, the template check.

use super::words::Words;

/// The fields of one kind of object.
#[derive(Debug)]
pub struct Shape {
    /// The type's name as operators read it, such as `Ticket`.
    pub name: &'static str,
    /// What it is, in a sentence.
    pub doc: &'static str,
    /// Its fields, in the order in which they are documented.
    pub fields: &'static [Field],
}

/// One field of a [`Shape`].
#[derive(Debug, Clone, Copy)]
pub struct Field {
    /// The name that scripts and templates use.
    pub name: &'static str,
    /// Meaning and unit, in a sentence.
    pub doc: &'static str,
    /// What the field holds.
    pub kind: Kind,
    /// What its texts can be, if that is known.
    pub words: Option<Words>,
}

/// What a field holds.
#[derive(Debug, Clone, Copy)]
pub enum Kind {
    /// UTF-8 text; empty when absent.
    Text,
    /// A whole number.
    Int,
    /// True or false.
    Bool,
    /// A moment: milliseconds since 1970 UTC; scripts see an object with `.hour`, `.date`, ….
    Time,
    /// A length of time in milliseconds; scripts write `days(3)`.
    Span,
    /// An object of a known shape; never absent, but `exists` may be false.
    Object(&'static Shape),
    /// A list whose items are all of one kind.
    List(&'static Kind),
    /// Anything JSON can say: the operator's own data.
    Any,
}

impl Shape {
    /// The field of this name, if the shape has one.
    pub fn field(&self, name: &str) -> Option<&'static Field> {
        self.fields.iter().find(|field| field.name == name)
    }
}

impl Kind {
    /// True if both say the same of a value.
    pub fn is_same(&self, other: &Self) -> bool {
        match (self, other) {
            (Kind::Object(one), Kind::Object(two)) => one.name == two.name,
            (Kind::List(one), Kind::List(two)) => one.is_same(two),
            _ => std::mem::discriminant(self) == std::mem::discriminant(other),
        }
    }
}

impl std::fmt::Display for Kind {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Kind::Text => f.write_str("text"),
            Kind::Int => f.write_str("number"),
            Kind::Bool => f.write_str("true or false"),
            Kind::Time => f.write_str("time"),
            Kind::Span => f.write_str("length of time"),
            Kind::Object(shape) => f.write_str(shape.name),
            Kind::List(kind) => write!(f, "list of {kind}"),
            Kind::Any => f.write_str("anything"),
        }
    }
}

/// A Rust type that can stand in an event, and how scripts see it.
pub trait Described {
    /// How scripts and templates see a value of this type.
    const KIND: Kind;
}

impl Described for String {
    const KIND: Kind = Kind::Text;
}
impl Described for i64 {
    const KIND: Kind = Kind::Int;
}
impl Described for bool {
    const KIND: Kind = Kind::Bool;
}
impl Described for serde_json::Value {
    const KIND: Kind = Kind::Any;
}
impl<T: Described> Described for Vec<T> {
    const KIND: Kind = Kind::List(&T::KIND);
}

impl Field {
    /// A field.
    pub const fn new(name: &'static str, doc: &'static str, kind: Kind) -> Self {
        Self { name, doc, kind, words: None }
    }

    /// The same field, whose texts are such words.
    pub const fn of(mut self, words: Words) -> Self {
        self.words = Some(words);
        self
    }

    /// What its texts can be.
    pub fn meaning(&self) -> Option<Words> {
        self.words.or_else(|| Words::of_name(self.name))
    }
}

/// Declares a struct and its [`Shape`] at once, so that the two cannot part.
///
/// `field: String as WORDS` names one of the constants of `event::words`.
macro_rules! record {
    ($(#[doc = $doc:literal])+ $name:ident { $( $(#[doc = $fdoc:literal])+ $field:ident : $ty:ty $(as $words:ident)? ),* $(,)? }) => {
        $(#[doc = $doc])+
        #[derive(Clone, Debug, Default, PartialEq, serde::Serialize, serde::Deserialize)]
        #[serde(default)]
        pub struct $name { $( $(#[doc = $fdoc])+ pub $field: $ty, )* }
        impl $name {
            /// The fields, with a sentence each.
            pub const SHAPE: $crate::event::shape::Shape = $crate::event::shape::Shape {
                name: stringify!($name),
                doc: concat!($($doc),+),
                fields: &[ $( $crate::event::shape::Field::new(
                    stringify!($field),
                    concat!($($fdoc),+),
                    <$ty as $crate::event::shape::Described>::KIND,
                )$(.of($crate::event::words::$words))? ),* ],
            };
        }
        impl $crate::event::shape::Described for $name {
            const KIND: $crate::event::shape::Kind = $crate::event::shape::Kind::Object(&$name::SHAPE);
        }
    };
}
pub(crate) use record;
