//! A condition held against evidence: three values, and the reason where it is neither true nor false.

use super::{
    condition::{Pick, Quantity, Question, Term},
    control::controlled,
    evidence::{Answer, Evidence, Values},
    figure::{Figure, Shift, Support, opposite},
    measures::Nature,
    needs::Needs,
    syntax::Comparison,
    units::Unit,
    words::{self, Clause},
};

/// Whether a part of a condition is true.
#[derive(Debug, Clone, PartialEq)]
pub enum Truth {
    /// It is, and what stands behind that.
    Yes(Support),
    /// It is not.
    No(Support),
    /// The trials lie on both sides.
    Noisy,
    /// A figure is missing, and why.
    Missing(String),
}

/// A figure that took part, for the words of the verdict.
#[derive(Debug, Clone, PartialEq)]
pub struct Heard {
    pub question: Question,
    pub figure: Option<Figure>,
    /// The same in words.
    pub said: Clause,
}

/// What one evaluation asks, and what it heard.
pub struct Hearing<'e> {
    pub evidence: &'e dyn Evidence,
    pub needs: &'e Needs,
    pub heard: Vec<Heard>,
}

/// What a part that is neither true nor false is.
enum Operand {
    Figure(Figure),
    Texts(Vec<String>, Support),
}

impl Hearing<'_> {
    /// Whether a term is true. Both sides are always looked at, so that the evidence is whole.
    pub fn truth(&mut self, term: &Term) -> Truth {
        match term {
            Term::Not(inner) => match self.truth(inner) {
                Truth::Yes(support) => Truth::No(support),
                Truth::No(support) => Truth::Yes(support),
                other => other,
            },
            Term::And(..) => {
                let parts = term.joined();
                let truths = parts.iter().map(|part| self.truth(part)).collect();
                let truths = controlled(&parts, truths).into_iter();
                truths.fold(Truth::Yes(Support::default()), and)
            }
            Term::Or(left, right) => or(self.truth(left), self.truth(right)),
            Term::Compare(how, left, right) => {
                let (left, right) = (self.operand(left), self.operand(right));
                match (left, right) {
                    (Ok(left), Ok(right)) => compare(*how, left, right),
                    (Err(why), _) | (_, Err(why)) => Truth::Missing(why),
                }
            }
            Term::Ask(question) => match self.ask(question) {
                Ok(Answer {
                    values: Values::Truths(truths),
                    ..
                }) => {
                    // What may yet come out otherwise is not refuted by what was seen.
                    let support = Support::of(question.nature, truths.len());
                    let mut seen = support.of_seeing(Comparison::Equal, Support::default());
                    // A slow machine misses an answer, and invents none.
                    seen.is_load_made &= !truths.contains(&true);
                    agreed(&truths, seen)
                }
                Ok(_) => Truth::Missing(format!("{} is neither true nor false", question.named())),
                Err(why) => Truth::Missing(why),
            },
            Term::Number(..) | Term::Text(_) | Term::Minus(_) | Term::Compute(..) => {
                Truth::Missing("a number is neither true nor false".to_owned())
            }
        }
    }

    /// A figure, text or truth in words; `None` if it is missing.
    pub fn shown(&mut self, term: &Term) -> Option<String> {
        match term {
            Term::Not(_) | Term::And(..) | Term::Or(..) | Term::Compare(..) => {
                match self.truth(term) {
                    Truth::Yes(_) => Some("yes".to_owned()),
                    Truth::No(_) => Some("no".to_owned()),
                    Truth::Noisy | Truth::Missing(_) => None,
                }
            }
            Term::Ask(question) => {
                let values = self.ask(question).ok()?;
                words::answer(&values, figure(question, &values).as_ref())
            }
            Term::Text(text) => Some(text.clone()),
            other => self.figure(other).ok().map(|figure| words::shown(&figure)),
        }
    }

    fn operand(&mut self, term: &Term) -> Result<Operand, String> {
        match term {
            Term::Text(text) => Ok(Operand::Texts(vec![text.clone()], Support::default())),
            Term::Ask(question) if matches!(question.quantity, Quantity::Text(_)) => {
                match self.ask(question)?.values {
                    Values::Texts(texts) => {
                        let support = Support::of(question.nature, texts.len());
                        Ok(Operand::Texts(texts, support))
                    }
                    _ => Err(format!("{} is no text", question.named())),
                }
            }
            other => self.figure(other).map(Operand::Figure),
        }
    }

    fn figure(&mut self, term: &Term) -> Result<Figure, String> {
        match term {
            Term::Number(value, unit) => Ok(Figure::exact(*value, *unit)),
            Term::Minus(inner) => Ok(self.figure(inner)?.negative()),
            Term::Compute(how, left, right) => {
                let (left, right) = (self.figure(left), self.figure(right));
                left?.compute(*how, right?)
            }
            Term::Ask(question) => {
                let answer = self.ask(question)?;
                figure(question, &answer)
                    .ok_or_else(|| format!("{} is no number here", question.named()))
            }
            _ => Err("this is no number".to_owned()),
        }
    }

    fn ask(&mut self, question: &Question) -> Result<Answer, String> {
        let answer = self.evidence.answer(question, self.needs)?;
        let figure = figure(question, &answer);
        if self.heard.iter().all(|known| known.question != *question) {
            self.heard.push(Heard {
                said: words::clause(question, &answer, figure.as_ref()),
                question: question.clone(),
                figure,
            });
        }
        Ok(answer)
    }
}

fn figure(question: &Question, answer: &Answer) -> Option<Figure> {
    let mut figure = of_values(question, &answer.values)?;
    let load = question.load(figure.unit);
    // More than the workers there are can gain: then it was the one thread that was slowed down.
    let ideal = answer.workers.unwrap_or(usize::MAX) as f64;
    let is_beyond = question.quantity == Quantity::Speedup && figure.robust.low > 1.1 * ideal;
    let support = &mut figure.support;
    support.load = support.load.and(load).and(Shift::new(false, is_beyond));
    Some(figure)
}

fn of_values(question: &Question, values: &Values) -> Option<Figure> {
    let pick = match &question.quantity {
        Quantity::Observed(pick, _) => *pick,
        _ => Pick::Median,
    };
    match (values, pick) {
        (Values::Numbers(values, unit), pick) => Figure::of(values, *unit, pick, question.nature),
        (Values::Exact(value, unit), _) => Some(counted(*value, *unit, question)),
        (Values::Texts(texts), Pick::Count) => {
            Some(counted(texts.len() as f64, Unit::Count, question))
        }
        (Values::Texts(texts), Pick::Distinct) => {
            let mut different: Vec<&String> = texts.iter().collect();
            different.sort_unstable();
            different.dedup();
            let support = Support::of(question.nature, texts.len());
            Some(Figure {
                support: Support {
                    chance: Shift::new(question.nature != Nature::Settled, false),
                    ..support
                },
                ..Figure::exact(different.len() as f64, Unit::Count)
            })
        }
        (Values::Truths(_) | Values::Texts(_), _) => None,
    }
}

/// A number that needs no trials; chance may have its hand in it all the same. Of what was counted there may be more
/// with more rounds, never less.
fn counted(value: f64, unit: Unit, question: &Question) -> Figure {
    let support = Support::of(question.nature, 1);
    Figure {
        support: Support {
            trials: None,
            chance: Shift::new(support.chance != Shift::NONE, false),
            ..support
        },
        ..Figure::exact(value, unit)
    }
}

fn compare(how: Comparison, left: Operand, right: Operand) -> Truth {
    match (left, right) {
        (Operand::Figure(left), Operand::Figure(right)) => {
            if !left.unit.fits(right.unit) {
                let (left, right) = (left.unit, right.unit);
                return Truth::Missing(format!("{left} cannot be compared with {right}"));
            }
            let seen = |how| left.support.of_seeing(how, right.support);
            match left.compare(how, right) {
                Some(true) => Truth::Yes(seen(how)),
                Some(false) => Truth::No(seen(opposite(how))),
                None => Truth::Noisy,
            }
        }
        (Operand::Texts(left, of_left), Operand::Texts(right, of_right)) => {
            let wants_same = how == Comparison::Equal;
            let pairs = left.iter().flat_map(|l| right.iter().map(move |r| l == r));
            let truths: Vec<bool> = pairs.map(|same| same == wants_same).collect();
            let is_same = truths.first() == Some(&wants_same);
            let seen = if is_same {
                Comparison::Equal
            } else {
                Comparison::NotEqual
            };
            agreed(&truths, of_left.of_seeing(seen, of_right))
        }
        _ => Truth::Missing("a text cannot be compared with a number".to_owned()),
    }
}

/// All of one mind, or it cannot be told.
fn agreed(truths: &[bool], support: Support) -> Truth {
    if truths.iter().all(|truth| *truth) {
        Truth::Yes(support)
    } else if truths.iter().any(|truth| *truth) {
        Truth::Noisy
    } else {
        Truth::No(support)
    }
}

fn and(left: Truth, right: Truth) -> Truth {
    match (left, right) {
        // Either refutes it: the one with more behind it counts.
        (Truth::No(left), Truth::No(right)) => Truth::No(left.or(right)),
        (Truth::No(support), _) | (_, Truth::No(support)) => Truth::No(support),
        (Truth::Missing(why), _) | (_, Truth::Missing(why)) => Truth::Missing(why),
        (Truth::Noisy, _) | (_, Truth::Noisy) => Truth::Noisy,
        (Truth::Yes(left), Truth::Yes(right)) => Truth::Yes(left.and(right)),
    }
}

fn or(left: Truth, right: Truth) -> Truth {
    match (left, right) {
        (Truth::Yes(left), Truth::Yes(right)) => Truth::Yes(left.or(right)),
        (Truth::Yes(support), _) | (_, Truth::Yes(support)) => Truth::Yes(support),
        (Truth::Missing(why), _) | (_, Truth::Missing(why)) => Truth::Missing(why),
        (Truth::Noisy, _) | (_, Truth::Noisy) => Truth::Noisy,
        (Truth::No(left), Truth::No(right)) => Truth::No(left.and(right)),
    }
}
