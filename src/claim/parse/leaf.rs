//! The leaves of a condition: numbers with units, texts, names, and calls with their arguments.

use winnow::{
    Parser,
    ascii::multispace0,
    combinator::{alt, cut_err, eof, fail, not, opt, peek, terminated},
    error::ErrMode,
    stream::Location,
    token::{one_of, take_till, take_while},
};

use super::{ParseResult, ParserInput};
use crate::claim::{
    syntax::{CallArgument, CallExpr, ConditionError, Expr, ExprNode},
    units::{Unit, WRITTEN},
};

pub(super) fn never_closed(start: usize, what: &str) -> ErrMode<ConditionError> {
    let message = format!("{what} is never closed");
    ErrMode::Cut(ConditionError::new(start..start + 1, message))
}

/// `1.5 MiB`
pub(super) fn parse_number(input: &mut ParserInput<'_>) -> ParseResult<Expr> {
    let start = input.current_token_start();
    let digits = |input: &mut ParserInput<'_>| -> ParseResult<()> {
        take_while(1.., |c: char| c.is_ascii_digit() || c == '_')
            .void()
            .parse_next(input)
    };
    peek(one_of(|c: char| c.is_ascii_digit())).parse_next(input)?;
    let written = (digits, opt(('.', digits))).take().parse_next(input)?;
    let value: f64 = written.replace('_', "").parse().map_err(|_| {
        let at = start..start + written.len();
        ErrMode::Cut(ConditionError::new(at, "this is no number"))
    })?;
    let (unit, factor) = opt(parse_unit)
        .parse_next(input)?
        .unwrap_or((Unit::Plain, 1.0));
    Ok(Expr {
        at: start..input.previous_token_end(),
        node: ExprNode::Number(value * factor, unit),
    })
}

/// Parses what follows a number directly or after a space, unless it is an operator.
fn parse_unit(input: &mut ParserInput<'_>) -> ParseResult<(Unit, f64)> {
    multispace0.parse_next(input)?;
    let start = input.current_token_start();
    let a_second = (alt(("k", "M", "")), "/s", not(one_of(is_word_character))).take();
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
    let wrong = ConditionError::new(at, format!("no unit is called `{name}`"));
    let help = format!("there are: {}", names.join(", "));
    Err(ErrMode::Cut(wrong.with_help(help)))
}

/// `'processes'`
pub(super) fn parse_text(input: &mut ParserInput<'_>) -> ParseResult<Expr> {
    let start = input.current_token_start();
    '\''.parse_next(input)?;
    let inner: &str = take_till(0.., '\'').parse_next(input)?;
    if opt('\'').parse_next(input)?.is_none() {
        return Err(never_closed(start, "this text"));
    }
    Ok(Expr {
        at: start..input.previous_token_end(),
        node: ExprNode::Text(inner.to_owned()),
    })
}

fn is_word_character(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

fn parse_name<'t>(input: &mut ParserInput<'t>) -> ParseResult<&'t str> {
    let first = one_of(|c: char| c.is_alphabetic() || c == '_');
    (first, take_while(0.., is_word_character))
        .take()
        .parse_next(input)
}

/// A word of the language that is not the beginning of a longer one.
pub(super) fn parse_word<'t>(
    word: &'static str,
) -> impl Parser<ParserInput<'t>, (), ErrMode<ConditionError>> {
    (word, not(one_of(is_word_character)), multispace0).void()
}

/// `speedup('processes')`
pub(super) fn parse_call(input: &mut ParserInput<'_>) -> ParseResult<Expr> {
    let start = input.current_token_start();
    let name = parse_name(input)?;
    let name_at = start..start + name.len();
    if matches!(name, "and" | "or" | "not") {
        let message = format!("`{name}` has nothing to its left");
        return Err(ErrMode::Cut(ConditionError::new(name_at, message)));
    }
    let open = input.current_token_start();
    let arguments = match opt(('(', multispace0)).parse_next(input)? {
        Some(_) => parse_arguments(input, open)?,
        None => Vec::new(),
    };
    Ok(Expr {
        at: start..input.previous_token_end(),
        node: ExprNode::Call(CallExpr {
            name: name.to_owned(),
            name_at,
            arguments,
        }),
    })
}

fn parse_arguments(input: &mut ParserInput<'_>, open: usize) -> ParseResult<Vec<CallArgument>> {
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
                let wrong =
                    ConditionError::new(at..at + 1, "a comma or a closing parenthesis is expected");
                return Err(ErrMode::Cut(wrong));
            }
        }
        arguments.push(cut_err(parse_argument).parse_next(input)?);
    }
}

/// `'processes'` or `busy='1'`.
fn parse_argument(input: &mut ParserInput<'_>) -> ParseResult<CallArgument> {
    let mut label = opt(terminated(
        parse_name,
        (multispace0, '=', not('='), multispace0),
    ));
    let label = label.parse_next(input)?.map(str::to_owned);
    let start = input.current_token_start();
    let Some(value) = opt(parse_text).parse_next(input)? else {
        let wrong = ConditionError::new(start..start + 1, "an argument is a text in single quotes");
        return Err(ErrMode::Cut(wrong.with_help("write 'processes', busy='1'")));
    };
    multispace0.parse_next(input)?;
    Ok(CallArgument { label, value })
}
