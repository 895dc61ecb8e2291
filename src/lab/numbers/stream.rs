//! The content of an output that several processes share: lines, intact or not, and their order.

use crate::record::named_enum;

named_enum! {
    /// How a line arrived.
    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    pub(super) enum LineKind {
        /// Exactly what one process printed.
        Whole = "whole",
        /// The texts of two or more processes: one text was printed between another's text and its line end.
        Glued = "glued",
        /// A lone line end, which is missing in a glued line.
        Empty = "empty",
        /// Anything else.
        Torn = "torn",
    }
}

/// A line that arrived.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct ArrivedLine {
    pub(super) text: String,
    pub(super) kind: LineKind,
    /// The process whose text it begins with. An empty line is assigned to the line before it, since the origin
    /// of a line end is unknown.
    pub(super) begun_by: usize,
}

/// The content of the output.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct OutputArrivals {
    pub(super) lines: Vec<ArrivedLine>,
    /// The texts that arrived, as indices into the printed ones, in the order of arrival.
    pub(super) order: Vec<usize>,
}

impl OutputArrivals {
    /// Finds the `printed` texts in the output. Each occurs at most once.
    pub(super) fn from_output(arrived: &str, printed: &[String]) -> Self {
        let mut found: Vec<(usize, usize)> = printed
            .iter()
            .enumerate()
            .filter_map(|(index, text)| Some((find_text(arrived, text)?, index)))
            .collect();
        found.sort_unstable();
        let mut lines = Vec::new();
        let mut start = 0;
        let mut begun_by = 0;
        for text in arrived.lines() {
            let end = start + text.len();
            let inside: Vec<usize> = found
                .iter()
                .filter(|(place, _)| (start..end).contains(place))
                .map(|&(_, index)| index)
                .collect();
            begun_by = inside.first().copied().unwrap_or(begun_by);
            let length: usize = inside.iter().map(|&index| printed[index].len()).sum();
            let kind = match (inside.len(), length == text.len()) {
                (0, true) => LineKind::Empty,
                (1, true) => LineKind::Whole,
                (_, true) => LineKind::Glued,
                (_, false) => LineKind::Torn,
            };
            lines.push(ArrivedLine {
                text: text.to_owned(),
                kind,
                begun_by,
            });
            start = end + 1;
        }
        Self {
            lines,
            order: found.into_iter().map(|(_, index)| index).collect(),
        }
    }
}

/// The position of a text. `my number is 7` does not match in `my number is 70`.
fn find_text(arrived: &str, text: &str) -> Option<usize> {
    let mut places = arrived.match_indices(text).map(|(place, _)| place);
    places.find(|place| {
        !arrived[place + text.len()..].starts_with(|next: char| next.is_ascii_digit())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn arrivals(arrived: &str) -> OutputArrivals {
        let printed = ["my number is 7", "my number is 14", "my number is 70"].map(str::to_owned);
        OutputArrivals::from_output(arrived, &printed)
    }

    fn kinds(arrived: &str) -> Vec<LineKind> {
        arrivals(arrived)
            .lines
            .into_iter()
            .map(|line| line.kind)
            .collect()
    }

    #[test]
    fn whole_lines_in_any_order() {
        let arrivals = arrivals("my number is 70\nmy number is 7\nmy number is 14\n");
        assert_eq!(arrivals.order, [2, 0, 1]);
        assert!(
            arrivals
                .lines
                .iter()
                .all(|line| line.kind == LineKind::Whole)
        );
    }

    #[test]
    fn a_glued_line_and_the_line_end_that_it_lacks() {
        let glued = "my number is 14my number is 7\n\nmy number is 70\n";
        assert_eq!(
            kinds(glued),
            [LineKind::Glued, LineKind::Empty, LineKind::Whole]
        );
        let arrivals = arrivals(glued);
        assert_eq!(arrivals.order, [1, 0, 2]);
        let begun: Vec<usize> = arrivals.lines.iter().map(|line| line.begun_by).collect();
        assert_eq!(
            begun,
            [1, 1, 2],
            "the empty line counts as that of the line before"
        );
    }

    #[test]
    fn a_text_that_is_cut_or_foreign_is_torn() {
        assert_eq!(
            kinds("my number is 7 and more\nmy num\n"),
            [LineKind::Torn, LineKind::Torn]
        );
        assert!(arrivals("my num\n").order.is_empty());
    }

    #[test]
    fn nothing_arrives_from_nobody() {
        assert_eq!(
            arrivals(""),
            OutputArrivals {
                lines: vec![],
                order: vec![]
            }
        );
    }

    #[test]
    fn a_number_is_not_found_in_a_longer_one() {
        let printed = ["my number is 7", "my number is 70"].map(str::to_owned);
        assert_eq!(
            OutputArrivals::from_output("my number is 70\nmy number is 7\n", &printed).order,
            [1, 0]
        );
    }
}
