//! A tree of lines, as a trace is drawn.

use std::fmt;

/// A node and what hangs below it. The texts are painted by the caller (`paint` cleans them, too); one that has
/// several lines keeps them under its branch.
#[derive(Clone, Debug)]
pub(in crate::cli) struct Tree(termtree::Tree<String>);

impl Tree {
    /// A node with nothing below it yet.
    pub(in crate::cli) fn new(text: impl Into<String>) -> Self {
        Self(termtree::Tree::new(text.into()).with_multiline(true))
    }

    /// Hangs a line below it.
    pub(in crate::cli) fn leaf(&mut self, text: impl Into<String>) {
        self.branch(Self::new(text));
    }

    /// Hangs a tree below it.
    pub(in crate::cli) fn branch(&mut self, tree: Self) {
        self.0.push(tree.0);
    }
}

impl fmt::Display for Tree {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.to_string().trim_end())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_hang_below_their_branch() {
        let mut tree = Tree::new("root");
        let mut branch = Tree::new("one\nmore of one");
        branch.leaf("leaf");
        tree.branch(branch);
        tree.leaf("two");
        assert_eq!(tree.to_string(), "root\n├── one\n│   more of one\n│   └── leaf\n└── two");
    }
}
