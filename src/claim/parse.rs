//! From text to a tree, with winnow.
//!
//! What is long or deep beyond any use is refused first: a lesson may come from anywhere, and no text may
//! overflow the stack.

use std::ops::Range;

use winnow::{
    LocatingSlice, ModalResult, Parser,
    ascii::multispace0,
    combinator::{alt, cut_err, eof, fail, not, opt, peek, preceded, repeat, terminated},
    error::{ErrMode, ParserError},
    stream::{Location, Stateful, Stream},
    token::{any, one_of, take_till, take_while},
};

use super::{
    syntax::{Argument, Arithmetic, Call, Comparison, Expr, Node, Operator, Wrong},
    units::{Unit, WRITTEN},
};

/// The longest condition, in bytes.
const LONGEST: usize = 1_000;
/// The deepest nesting of parentheses.
const DEEPEST: usize = 16;

type Input<'t> = Stateful<LocatingSlice<&'t str>, usize>;
type Parsed<T> = ModalResult<T, Wrong>;

impl ParserError<Input<'_>> for Wrong {
    type Inner = Self;

    fn from_input(input: &Input<'_>) -> Self {
        let at = input.current_token_start();
        Self::new(at..at + 1, "this is not understood")
    }

    fn into_inner(self) -> Result<Self, Self> {
        Ok(self)
    }
}

/// The tree of a condition.
pub(super) fn parse(text: &str) -> Result<Expr, Wrong> {
    if text.len() > LONGEST {
        let message = format!("a condition takes at most {LONGEST} characters");
        return Err(Wrong::new(0..text.len(), message));
    }
    let mut input = Stateful {
        input: LocatingSlice::new(text),
        state: 0,
    };
    let whole = preceded(multispace0, terminated(either, end)).parse_next(&mut input);
    whole.map_err(|error| match error {
        ErrMode::Backtrack(wrong) | ErrMode::Cut(wrong) => wrong,
        ErrMode::Incomplete(_) => Wrong::new(text.len()..text.len(), "the condition is cut off"),
    })
}

fn end(input: &mut Input<'_>) -> Parsed<()> {
    let start = input.current_token_start();
    if eof::<_, Wrong>.parse_next(input).is_ok() {
        return Ok(());
    }
    let rest: &str = input.input.as_ref();
    let length = rest.chars().next().map_or(1, char::len_utf8);
    let wrong = Wrong::new(start..start + length, "an operator is expected here");
    let help = match rest.as_bytes() {
        [b'=', ..] => "equal is `==`",
        [b'&', ..] => "write `and`",
        [b'|', ..] => "write `or`",
        _ => "join two parts with `and`, `or`, a comparison or + - * /",
    };
    Err(ErrMode::Cut(wrong.help(help)))
}

/// Left to right: `part (operator part)*`.
fn chain<'t>(
    input: &mut Input<'t>,
    mut part: impl FnMut(&mut Input<'t>) -> Parsed<Expr>,
    mut operator: impl FnMut(&mut Input<'t>) -> Parsed<Operator>,
) -> Parsed<Expr> {
    let mut left = part(input)?;
    loop {
        let before = input.checkpoint();
        let operator = match operator(input) {
            Ok(operator) => operator,
            Err(ErrMode::Backtrack(_)) => {
                input.reset(&before);
                return Ok(left);
            }
            Err(error) => return Err(error),
        };
        let right = cut(input, &mut part)?;
        left = Expr {
            at: left.at.start..right.at.end,
            node: Node::Binary(operator, Box::new(left), Box::new(right)),
        };
    }
}

/// From here on nothing else is possible.
fn cut<'t, T>(
    input: &mut Input<'t>,
    part: &mut impl FnMut(&mut Input<'t>) -> Parsed<T>,
) -> Parsed<T> {
    part(input).map_err(|error| match error {
        ErrMode::Backtrack(wrong) => ErrMode::Cut(wrong),
        other => other,
    })
}

fn either(input: &mut Input<'_>) -> Parsed<Expr> {
    chain(input, both, |input| {
        word("or").value(Operator::Or).parse_next(input)
    })
}

fn both(input: &mut Input<'_>) -> Parsed<Expr> {
    chain(input, negation, |input| {
        word("and").value(Operator::And).parse_next(input)
    })
}

fn negation(input: &mut Input<'_>) -> Parsed<Expr> {
    let start = input.current_token_start();
    let nots: usize = repeat(0.., word("not")).parse_next(input)?;
    let mut inner = if nots > 0 {
        cut(input, &mut comparison)?
    } else {
        comparison(input)?
    };
    // Two of them say nothing.
    if nots % 2 == 1 {
        inner = Expr {
            at: start..inner.at.end,
            node: Node::Not(Box::new(inner)),
        };
    }
    Ok(inner)
}

fn comparison(input: &mut Input<'_>) -> Parsed<Expr> {
    let left = sum(input)?;
    let Some(sign) = opt(comparison_sign).parse_next(input)? else {
        return Ok(left);
    };
    let right = cut(input, &mut sum)?;
    let again = input.current_token_start();
    if opt(comparison_sign).parse_next(input)?.is_some() {
        let wrong = Wrong::new(again..again + 1, "a comparison has two sides");
        return Err(ErrMode::Cut(wrong.help("join two comparisons with `and`")));
    }
    Ok(Expr {
        at: left.at.start..right.at.end,
        node: Node::Binary(Operator::Compare(sign), Box::new(left), Box::new(right)),
    })
}

fn comparison_sign(input: &mut Input<'_>) -> Parsed<Comparison> {
    let sign = alt((
        "<=".value(Comparison::LessOrEqual),
        "≤".value(Comparison::LessOrEqual),
        ">=".value(Comparison::MoreOrEqual),
        "≥".value(Comparison::MoreOrEqual),
        "==".value(Comparison::Equal),
        "!=".value(Comparison::NotEqual),
        "≠".value(Comparison::NotEqual),
        "<".value(Comparison::Less),
        ">".value(Comparison::More),
    ));
    terminated(sign, multispace0).parse_next(input)
}

fn sum(input: &mut Input<'_>) -> Parsed<Expr> {
    chain(input, product, |input| {
        let sign = alt((
            one_of('+').value(Arithmetic::Add),
            one_of(['-', '−']).value(Arithmetic::Subtract),
        ));
        let sign = sign.map(Operator::Arithmetic);
        terminated(sign, multispace0).parse_next(input)
    })
}

fn product(input: &mut Input<'_>) -> Parsed<Expr> {
    chain(input, signed, |input| {
        let sign = alt((
            one_of(['*', '×']).value(Arithmetic::Multiply),
            one_of(['/', '÷']).value(Arithmetic::Divide),
        ));
        let sign = sign.map(Operator::Arithmetic);
        terminated(sign, multispace0).parse_next(input)
    })
}

fn signed(input: &mut Input<'_>) -> Parsed<Expr> {
    let start = input.current_token_start();
    let sign = terminated(one_of(['-', '−']), multispace0);
    let minuses: usize = repeat(0.., sign).parse_next(input)?;
    let inner = primary(input)?;
    if minuses % 2 == 0 {
        return Ok(inner);
    }
    Ok(Expr {
        at: start..inner.at.end,
        node: Node::Minus(Box::new(inner)),
    })
}

fn primary(input: &mut Input<'_>) -> Parsed<Expr> {
    let found = alt((inside, number, text, call, unexpected)).parse_next(input)?;
    multispace0.parse_next(input)?;
    Ok(found)
}

/// `( … )`
fn inside(input: &mut Input<'_>) -> Parsed<Expr> {
    let start = input.current_token_start();
    ('(', multispace0).parse_next(input)?;
    input.state += 1;
    if input.state > DEEPEST {
        let message = format!("parentheses are nested deeper than {DEEPEST}");
        return Err(ErrMode::Cut(Wrong::new(start..start + 1, message)));
    }
    let inner = cut(input, &mut either)?;
    input.state -= 1;
    if opt(')').parse_next(input)?.is_none() {
        return Err(never_closed(start, "this parenthesis"));
    }
    Ok(inner)
}

fn never_closed(start: usize, what: &str) -> ErrMode<Wrong> {
    let message = format!("{what} is never closed");
    ErrMode::Cut(Wrong::new(start..start + 1, message))
}

/// `1.5 MiB`
fn number(input: &mut Input<'_>) -> Parsed<Expr> {
    let start = input.current_token_start();
    let digits = |input: &mut Input<'_>| -> Parsed<()> {
        take_while(1.., |c: char| c.is_ascii_digit() || c == '_')
            .void()
            .parse_next(input)
    };
    peek(one_of(|c: char| c.is_ascii_digit())).parse_next(input)?;
    let written = (digits, opt(('.', digits))).take().parse_next(input)?;
    let value: f64 = written.replace('_', "").parse().map_err(|_| {
        let at = start..start + written.len();
        ErrMode::Cut(Wrong::new(at, "this is no number"))
    })?;
    let (unit, factor) = opt(unit).parse_next(input)?.unwrap_or((Unit::Plain, 1.0));
    Ok(Expr {
        at: start..input.previous_token_end(),
        node: Node::Number(value * factor, unit),
    })
}

/// What follows a number directly or after a space, unless it is an operator.
fn unit(input: &mut Input<'_>) -> Parsed<(Unit, f64)> {
    multispace0.parse_next(input)?;
    let start = input.current_token_start();
    let a_second = (alt(("k", "M", "")), "/s", not(one_of(in_a_word))).take();
    let letters = take_while(1.., char::is_alphabetic);
    let name = alt((a_second, "%", letters)).parse_next(input)?;
    if matches!(name, "and" | "or" | "not") {
        return fail.parse_next(input);
    }
    if let Some((_, unit, factor)) = WRITTEN.iter().find(|(written, ..)| *written == name) {
        return Ok((*unit, *factor));
    }
    let names: Vec<&str> = WRITTEN.iter().map(|(name, ..)| *name).collect();
    let at = start..start + name.len();
    let wrong = Wrong::new(at, format!("no unit is called `{name}`"));
    let help = format!("there are: {}", names.join(", "));
    Err(ErrMode::Cut(wrong.help(help)))
}

/// `'processes'`
fn text(input: &mut Input<'_>) -> Parsed<Expr> {
    let start = input.current_token_start();
    '\''.parse_next(input)?;
    let inner: &str = take_till(0.., '\'').parse_next(input)?;
    if opt('\'').parse_next(input)?.is_none() {
        return Err(never_closed(start, "this text"));
    }
    Ok(Expr {
        at: start..input.previous_token_end(),
        node: Node::Text(inner.to_owned()),
    })
}

fn in_a_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

fn name<'t>(input: &mut Input<'t>) -> Parsed<&'t str> {
    let first = one_of(|c: char| c.is_alphabetic() || c == '_');
    (first, take_while(0.., in_a_word)).take().parse_next(input)
}

/// A word of the language, and not the beginning of a longer one.
fn word<'t>(word: &'static str) -> impl Parser<Input<'t>, (), ErrMode<Wrong>> {
    (word, not(one_of(in_a_word)), multispace0).void()
}

/// `speedup('processes')`
fn call(input: &mut Input<'_>) -> Parsed<Expr> {
    let start = input.current_token_start();
    let name = name(input)?;
    let name_at = start..start + name.len();
    if matches!(name, "and" | "or" | "not") {
        let message = format!("`{name}` has nothing to its left");
        return Err(ErrMode::Cut(Wrong::new(name_at, message)));
    }
    let open = input.current_token_start();
    let arguments = match opt(('(', multispace0)).parse_next(input)? {
        Some(_) => arguments(input, open)?,
        None => Vec::new(),
    };
    Ok(Expr {
        at: start..input.previous_token_end(),
        node: Node::Call(Call {
            name: name.to_owned(),
            name_at,
            arguments,
        }),
    })
}

fn arguments(input: &mut Input<'_>, open: usize) -> Parsed<Vec<Argument>> {
    let mut arguments = Vec::new();
    loop {
        if opt(')').parse_next(input)?.is_some() {
            return Ok(arguments);
        }
        if opt(eof).parse_next(input)?.is_some() {
            return Err(never_closed(open, "this parenthesis"));
        }
        if !arguments.is_empty() {
            let at = input.current_token_start();
            let comma = opt((',', multispace0)).parse_next(input)?;
            if comma.is_none() {
                let wrong = Wrong::new(at..at + 1, "a comma or a closing parenthesis is expected");
                return Err(ErrMode::Cut(wrong));
            }
        }
        arguments.push(cut_err(argument).parse_next(input)?);
    }
}

/// `'processes'` or `busy='1'`.
fn argument(input: &mut Input<'_>) -> Parsed<Argument> {
    let mut label = opt(terminated(name, (multispace0, '=', not('='), multispace0)));
    let label = label.parse_next(input)?.map(str::to_owned);
    let start = input.current_token_start();
    let Some(value) = opt(text).parse_next(input)? else {
        let wrong = Wrong::new(start..start + 1, "an argument is a text in single quotes");
        return Err(ErrMode::Cut(wrong.help("write 'processes', busy='1'")));
    };
    multispace0.parse_next(input)?;
    Ok(Argument { label, value })
}

fn unexpected(input: &mut Input<'_>) -> Parsed<Expr> {
    let start = input.current_token_start();
    let Some(c) = opt(any).parse_next(input)? else {
        return Err(ErrMode::Cut(Wrong::new(
            end_of(start),
            "something is missing here",
        )));
    };
    let at = start..start + c.len_utf8();
    let message = match c {
        '"' => "texts stand in single quotes".to_owned(),
        c => format!("`{c}` is not understood here"),
    };
    Err(ErrMode::Cut(Wrong::new(at, message)))
}

/// The place after the last character: the caret stands on that.
fn end_of(end: usize) -> Range<usize> {
    end.saturating_sub(1)..end
}
