//! Parses a condition into a syntax tree, with winnow.
//!
//! Texts that are unreasonably long or deeply nested are rejected first: lessons may come from anywhere, and no
//! text may overflow the stack.

mod leaf;

use std::ops::Range;

use winnow::{
    LocatingSlice, ModalResult, Parser,
    ascii::multispace0,
    combinator::{alt, eof, opt, preceded, repeat, terminated},
    error::{ErrMode, ParserError},
    stream::{Location, Stateful, Stream},
    token::{any, one_of},
};

use self::leaf::{never_closed, parse_call, parse_number, parse_text, parse_word};
use super::syntax::{
    ArithmeticOperator, BinaryOperator, ComparisonOperator, ConditionError, Expr, ExprNode,
};

/// The longest condition, in bytes.
const LONGEST: usize = 1_000;
/// The deepest nesting of parentheses.
const DEEPEST: usize = 16;

type ParserInput<'t> = Stateful<LocatingSlice<&'t str>, usize>;
type ParseResult<T> = ModalResult<T, ConditionError>;

impl ParserError<ParserInput<'_>> for ConditionError {
    type Inner = Self;

    fn from_input(input: &ParserInput<'_>) -> Self {
        let at = input.current_token_start();
        Self::new(at..at + 1, "this is not understood")
    }

    fn into_inner(self) -> Result<Self, Self> {
        Ok(self)
    }
}

/// Parses a condition.
pub(super) fn parse_condition(text: &str) -> Result<Expr, ConditionError> {
    if text.len() > LONGEST {
        let message = format!("a condition takes at most {LONGEST} characters");
        return Err(ConditionError::new(0..text.len(), message));
    }
    let mut input = Stateful {
        input: LocatingSlice::new(text),
        state: 0,
    };
    let whole = preceded(multispace0, terminated(parse_or, parse_end)).parse_next(&mut input);
    whole.map_err(|error| match error {
        ErrMode::Backtrack(wrong) | ErrMode::Cut(wrong) => wrong,
        ErrMode::Incomplete(_) => {
            ConditionError::new(text.len()..text.len(), "the condition is cut off")
        }
    })
}

fn parse_end(input: &mut ParserInput<'_>) -> ParseResult<()> {
    let start = input.current_token_start();
    if eof::<_, ConditionError>.parse_next(input).is_ok() {
        return Ok(());
    }
    let rest: &str = input.input.as_ref();
    let length = rest.chars().next().map_or(1, char::len_utf8);
    let wrong = ConditionError::new(start..start + length, "an operator is expected here");
    let help = match rest.as_bytes() {
        [b'=', ..] => "equal is `==`",
        [b'&', ..] => "write `and`",
        [b'|', ..] => "write `or`",
        _ => "join two parts with `and`, `or`, a comparison or + - * /",
    };
    Err(ErrMode::Cut(wrong.with_help(help)))
}

/// Parses `part (operator part)*`, from left to right.
fn parse_chain<'t>(
    input: &mut ParserInput<'t>,
    mut part: impl FnMut(&mut ParserInput<'t>) -> ParseResult<Expr>,
    mut operator: impl FnMut(&mut ParserInput<'t>) -> ParseResult<BinaryOperator>,
) -> ParseResult<Expr> {
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
        let right = commit_to(input, &mut part)?;
        left = Expr {
            at: left.at.start..right.at.end,
            node: ExprNode::Binary(operator, Box::new(left), Box::new(right)),
        };
    }
}

/// Turns errors into fatal ones: from here on, no alternative is possible.
fn commit_to<'t, T>(
    input: &mut ParserInput<'t>,
    part: &mut impl FnMut(&mut ParserInput<'t>) -> ParseResult<T>,
) -> ParseResult<T> {
    part(input).map_err(|error| match error {
        ErrMode::Backtrack(wrong) => ErrMode::Cut(wrong),
        other => other,
    })
}

fn parse_or(input: &mut ParserInput<'_>) -> ParseResult<Expr> {
    parse_chain(input, parse_and, |input| {
        parse_word("or").value(BinaryOperator::Or).parse_next(input)
    })
}

fn parse_and(input: &mut ParserInput<'_>) -> ParseResult<Expr> {
    parse_chain(input, parse_not, |input| {
        parse_word("and")
            .value(BinaryOperator::And)
            .parse_next(input)
    })
}

fn parse_not(input: &mut ParserInput<'_>) -> ParseResult<Expr> {
    let start = input.current_token_start();
    let nots: usize = repeat(0.., parse_word("not")).parse_next(input)?;
    let mut inner = if nots > 0 {
        commit_to(input, &mut parse_comparison)?
    } else {
        parse_comparison(input)?
    };
    // Two negations cancel out.
    if nots % 2 == 1 {
        inner = Expr {
            at: start..inner.at.end,
            node: ExprNode::Not(Box::new(inner)),
        };
    }
    Ok(inner)
}

fn parse_comparison(input: &mut ParserInput<'_>) -> ParseResult<Expr> {
    let left = parse_sum(input)?;
    let Some(sign) = opt(parse_comparison_sign).parse_next(input)? else {
        return Ok(left);
    };
    let right = commit_to(input, &mut parse_sum)?;
    let again = input.current_token_start();
    if opt(parse_comparison_sign).parse_next(input)?.is_some() {
        let wrong = ConditionError::new(again..again + 1, "a comparison has two sides");
        return Err(ErrMode::Cut(
            wrong.with_help("join two comparisons with `and`"),
        ));
    }
    Ok(Expr {
        at: left.at.start..right.at.end,
        node: ExprNode::Binary(
            BinaryOperator::Compare(sign),
            Box::new(left),
            Box::new(right),
        ),
    })
}

fn parse_comparison_sign(input: &mut ParserInput<'_>) -> ParseResult<ComparisonOperator> {
    let sign = alt((
        "<=".value(ComparisonOperator::LessOrEqual),
        "≤".value(ComparisonOperator::LessOrEqual),
        ">=".value(ComparisonOperator::MoreOrEqual),
        "≥".value(ComparisonOperator::MoreOrEqual),
        "==".value(ComparisonOperator::Equal),
        "!=".value(ComparisonOperator::NotEqual),
        "≠".value(ComparisonOperator::NotEqual),
        "<".value(ComparisonOperator::Less),
        ">".value(ComparisonOperator::More),
    ));
    terminated(sign, multispace0).parse_next(input)
}

fn parse_sum(input: &mut ParserInput<'_>) -> ParseResult<Expr> {
    parse_chain(input, parse_product, |input| {
        let sign = alt((
            one_of('+').value(ArithmeticOperator::Add),
            one_of(['-', '−']).value(ArithmeticOperator::Subtract),
        ));
        let sign = sign.map(BinaryOperator::Arithmetic);
        terminated(sign, multispace0).parse_next(input)
    })
}

fn parse_product(input: &mut ParserInput<'_>) -> ParseResult<Expr> {
    parse_chain(input, parse_signed, |input| {
        let sign = alt((
            one_of(['*', '×']).value(ArithmeticOperator::Multiply),
            one_of(['/', '÷']).value(ArithmeticOperator::Divide),
        ));
        let sign = sign.map(BinaryOperator::Arithmetic);
        terminated(sign, multispace0).parse_next(input)
    })
}

fn parse_signed(input: &mut ParserInput<'_>) -> ParseResult<Expr> {
    let start = input.current_token_start();
    let sign = terminated(one_of(['-', '−']), multispace0);
    let minuses: usize = repeat(0.., sign).parse_next(input)?;
    let inner = parse_primary(input)?;
    if minuses.is_multiple_of(2) {
        return Ok(inner);
    }
    Ok(Expr {
        at: start..inner.at.end,
        node: ExprNode::Minus(Box::new(inner)),
    })
}

fn parse_primary(input: &mut ParserInput<'_>) -> ParseResult<Expr> {
    let found = alt((
        parse_parentheses,
        parse_number,
        parse_text,
        parse_call,
        reject_unexpected,
    ))
    .parse_next(input)?;
    multispace0.parse_next(input)?;
    Ok(found)
}

/// `( … )`
fn parse_parentheses(input: &mut ParserInput<'_>) -> ParseResult<Expr> {
    let start = input.current_token_start();
    ('(', multispace0).parse_next(input)?;
    input.state += 1;
    if input.state > DEEPEST {
        let message = format!("parentheses are nested deeper than {DEEPEST}");
        return Err(ErrMode::Cut(ConditionError::new(start..start + 1, message)));
    }
    let inner = commit_to(input, &mut parse_or)?;
    input.state -= 1;
    if opt(')').parse_next(input)?.is_none() {
        return Err(never_closed(start, "this parenthesis"));
    }
    Ok(inner)
}

fn reject_unexpected(input: &mut ParserInput<'_>) -> ParseResult<Expr> {
    let start = input.current_token_start();
    let Some(c) = opt(any).parse_next(input)? else {
        return Err(ErrMode::Cut(ConditionError::new(
            end_of(start),
            "something is missing here",
        )));
    };
    let at = start..start + c.len_utf8();
    let message = match c {
        '"' => "texts stand in single quotes".to_owned(),
        c => format!("`{c}` is not understood here"),
    };
    Err(ErrMode::Cut(ConditionError::new(at, message)))
}

/// The position after the last character, where the caret is placed.
fn end_of(end: usize) -> Range<usize> {
    end.saturating_sub(1)..end
}
