//! Numbered pages.

#[cfg(feature = "schema")]
use schemars::JsonSchema;
use serde::Serialize;

use super::{
    fields::{Fields, MAX_INTEGER},
    limits::PAGE_SIZE,
};

/// The requested page of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Page {
    number: u64,
    size: u64,
}

/// The position of a page in its list, as responses show it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(JsonSchema))]
pub struct Pagination {
    #[cfg_attr(feature = "schema", schemars(range(min = 1)))]
    current_page: u64,
    #[cfg_attr(feature = "schema", schemars(range(min = 1, max = PAGE_SIZE.1)))]
    page_size: u64,
    total_pages: u64,
    total_items: u64,
}

impl Page {
    /// Reads `page` and `page_size`.
    pub fn parse(query: &mut Fields) -> Option<Self> {
        let number = query.parameter("page", (1, MAX_INTEGER), 1);
        let size = query.parameter("page_size", (1, PAGE_SIZE.1), PAGE_SIZE.0);
        Some(Self { number: number?, size: size? })
    }

    /// The items of this page, out of a whole list. Empty past the end.
    pub fn of<T>(self, items: &[T]) -> &[T] {
        let total = items.len() as u64;
        let start = (self.number - 1).saturating_mul(self.size).min(total);
        let end = start.saturating_add(self.size).min(total);
        let index = |number| usize::try_from(number).unwrap_or(usize::MAX);
        &items[index(start)..index(end)]
    }

    /// The numbers of its first and last item, counted from 1. The items might not exist.
    pub fn numbers(self) -> (u64, u64) {
        let first = (self.number - 1).saturating_mul(self.size).saturating_add(1);
        (first, first.saturating_add(self.size - 1))
    }

    /// The position of this page in a list of `total_items` items.
    pub fn pagination(self, total_items: u64) -> Pagination {
        Pagination {
            current_page: self.number,
            page_size: self.size,
            total_pages: total_items.div_ceil(self.size),
            total_items,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_past_the_end_is_empty() {
        let items: Vec<u32> = (0..7).collect();
        let page = |number, size| Page { number, size };
        assert_eq!(page(1, 3).of(&items), [0, 1, 2]);
        assert_eq!(page(3, 3).of(&items), [6]);
        assert!(page(4, 3).of(&items).is_empty());
        assert!(page(MAX_INTEGER, 100).of(&items).is_empty());
        assert_eq!(page(9, 3).pagination(7).total_pages, 3);
    }
}
