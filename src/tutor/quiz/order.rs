//! A quiz with lines to be put in order. Any right order is accepted, and equal lines are interchangeable.

use super::{AnswerGrade, ChoiceMarks, UnclearAnswer};
use crate::{
    lesson::OrderAnswer,
    tutor::shuffle::{shuffle_places, shuffle_seed},
};

/// The maximum number of shuffles to get a wrong order. If all lines are equal, there is none.
const MOST_SHUFFLES: u64 = 200;

/// The shuffled lines.
#[derive(Debug, Clone)]
pub struct OrderPuzzle {
    order: OrderAnswer,
    /// The line at each position: an index into `lines`, and beyond them into `extra`.
    shown: Vec<usize>,
}

impl OrderPuzzle {
    /// Shuffles the lines: always in the same way for the same quiz, and never into a right order.
    pub fn new(id: &str, order: &OrderAnswer) -> Self {
        let count = order.lines.len() + order.extra.len();
        let mut puzzle = Self {
            order: order.clone(),
            shown: (0..count).collect(),
        };
        for round in 0..MOST_SHUFFLES {
            puzzle.shown = shuffle_places(count, shuffle_seed(id, round));
            let own = puzzle.shown.iter().copied();
            let own: Vec<usize> = own.filter(|line| *line < order.lines.len()).collect();
            if first_wrong(order, &own).is_some() {
                break;
            }
        }
        puzzle
    }

    /// The shuffled lines with their marks.
    pub fn list_lines(&self, marks: ChoiceMarks) -> String {
        let widest = marks.mark_at(self.shown.len().saturating_sub(1)).len();
        let lines = self.shown.iter().enumerate();
        let lines = lines
            .map(|(at, line)| format!("{:>widest$}) {}", marks.mark_at(at), self.line_text(*line)));
        lines.collect::<Vec<_>>().join("\n")
    }

    /// The marks of the lines in their right order.
    pub fn model_answer(&self, marks: ChoiceMarks) -> String {
        let place = |line: usize| self.shown.iter().position(|shown| *shown == line);
        let places = (0..self.order.lines.len()).filter_map(place);
        let marks: Vec<String> = places.map(|place| marks.mark_at(place)).collect();
        marks.join(" ")
    }

    /// The lines in their right order.
    pub fn solution_lines(&self) -> String {
        self.order.lines.join("\n")
    }

    /// Grades an order.
    pub fn judge_order(
        &self,
        marks: ChoiceMarks,
        line: &str,
    ) -> Result<(AnswerGrade, String), UnclearAnswer> {
        let order = &self.order;
        let places = marks.parse_places(line)?;
        if let Some(twice) = (1..places.len()).find(|at| places[..*at].contains(&places[*at])) {
            let line = marks.mark_at(places[twice]);
            return Err(UnclearAnswer::Twice { line });
        }
        let lines: Vec<usize> = places.iter().map(|place| self.shown[*place]).collect();
        if order.extra.is_empty() && lines.len() < order.lines.len() {
            let (named, of) = (lines.len(), order.lines.len());
            return Err(UnclearAnswer::NotAll { named, of });
        }
        let wrong = |says: &str| Ok((AnswerGrade::Wrong, format!("**Not so:** {says}")));
        let is_extra = |line: &usize| !self.is_program_line(*line);
        if lines.iter().any(is_extra) {
            return wrong("one of these lines does not belong there.");
        }
        if let Some(why) = self.find_misconception(&lines) {
            return wrong(why);
        }
        match first_wrong(order, &lines) {
            None if lines.len() == order.lines.len() => {
                let says = format!(
                    "**Right:**\n\n```{}\n{}\n```\n\n{}",
                    order.lang,
                    self.ordered_lines(&lines),
                    order.why
                );
                Ok((AnswerGrade::Right, says))
            }
            None => wrong("so far it is right, but a line is missing."),
            Some(0) => wrong("the program cannot begin with that line."),
            Some(1) => wrong("the first line is right; the one after it comes too early."),
            Some(at) => wrong(&format!(
                "the first {at} lines are right; the one after them, `{}`, comes too early.",
                marks.mark_at(places[at])
            )),
        }
    }

    /// The lines in the learner's order.
    fn ordered_lines(&self, lines: &[usize]) -> String {
        let lines: Vec<&str> = lines.iter().map(|line| self.line_text(*line)).collect();
        lines.join("\n")
    }

    /// The explanation of the first misconception that the order shows.
    fn find_misconception(&self, lines: &[usize]) -> Option<&str> {
        let first = |wanted: usize| {
            let text = self.order.lines.get(wanted)?;
            lines.iter().position(|line| self.line_text(*line) == text)
        };
        let shows = |line: usize, before: usize| {
            first(line)
                .zip(first(before))
                .is_some_and(|(line, before)| line < before)
        };
        let mut known = self.order.misplaced.iter();
        let found = known.find(|slip| shows(slip.line, slip.before) && !self.is_right(lines));
        found.map(|slip| slip.why.as_str())
    }

    fn is_right(&self, lines: &[usize]) -> bool {
        lines.len() == self.order.lines.len() && first_wrong(&self.order, lines).is_none()
    }

    /// Whether a line, or one that is equal to it, is part of the program.
    fn is_program_line(&self, line: usize) -> bool {
        let text = self.line_text(line);
        self.order.lines.iter().any(|known| known == text)
    }

    fn line_text(&self, line: usize) -> &str {
        let all = self.order.lines.iter().chain(&self.order.extra);
        all.map(String::as_str).nth(line).unwrap_or_default()
    }
}

/// The first position at which the order becomes wrong.
fn first_wrong(order: &OrderAnswer, lines: &[usize]) -> Option<usize> {
    let text = |line: usize| order.lines.iter().chain(&order.extra).nth(line);
    // Each position takes one of the lines of its group.
    let mut left: Vec<Vec<usize>> = (0..order.lines.len())
        .map(|at| interchangeable_lines(order, at))
        .collect();
    for (at, line) in lines.iter().enumerate() {
        let wanted = left.get(at)?.iter().copied();
        let Some(taken) = wanted
            .into_iter()
            .find(|wanted| order.lines.get(*wanted) == text(*line))
        else {
            return Some(at);
        };
        for open in &mut left {
            open.retain(|line| *line != taken);
        }
    }
    None
}

/// The lines that may be at this position.
fn interchangeable_lines(order: &OrderAnswer, at: usize) -> Vec<usize> {
    let group = order.any_order.iter().find(|group| group.contains(&at));
    group.cloned().unwrap_or_else(|| vec![at])
}

#[cfg(test)]
mod tests;
