//! What can be a target: a plain function of up to four arguments.

use serde::{Serialize, de::DeserializeOwned};

use super::{Error, Failure};

/// A function that another process can run: `fn(A) -> R`, or `fn(A) -> Result<R, Failure>`, with up to four
/// arguments, all of types that serde knows. `Args` is the tuple of its arguments; the `Kind` is found by the
/// compiler.
///
/// A closure compiles as one, but is refused when it is used: it has no name to find it by.
pub trait Callable<Args, Kind>: Copy + Send + Sync + 'static {
    /// What it returns when all goes well.
    type Output: Serialize + DeserializeOwned + Send + 'static;

    /// Calls it.
    fn call(self, args: Args) -> Result<Self::Output, Failure>;
}

/// The kind of a function that returns its result.
#[derive(Debug, Clone, Copy)]
pub struct ReturnsValue;

/// The kind of a function that returns a `Result<_, Failure>`.
#[derive(Debug, Clone, Copy)]
pub struct ReturnsResult;

macro_rules! callable {
    ($($arg:ident $value:ident),*) => {
        impl<F, R, $($arg),*> Callable<($($arg,)*), ReturnsValue> for F
        where
            F: Fn($($arg),*) -> R + Copy + Send + Sync + 'static,
            R: Serialize + DeserializeOwned + Send + 'static,
        {
            type Output = R;

            #[inline]
            fn call(self, ($($value,)*): ($($arg,)*)) -> Result<R, Failure> {
                Ok(self($($value),*))
            }
        }

        impl<F, R, $($arg),*> Callable<($($arg,)*), ReturnsResult> for F
        where
            F: Fn($($arg),*) -> Result<R, Failure> + Copy + Send + Sync + 'static,
            R: Serialize + DeserializeOwned + Send + 'static,
        {
            type Output = R;

            #[inline]
            fn call(self, ($($value,)*): ($($arg,)*)) -> Result<R, Failure> {
                self($($value),*)
            }
        }
    };
}

callable!();
callable!(A a);
callable!(A a, B b);
callable!(A a, B b, C c);
callable!(A a, B b, C c, D d);

/// The name that a function is found by; an error if it has none.
pub(crate) fn function_name<F>(_function: &F) -> Result<&'static str, Error> {
    let name = std::any::type_name::<F>();
    // A pointer to a function has a size; a function itself has none.
    if size_of::<F>() != 0 || name.contains("{{closure}}") {
        return Err(Error::NotAFunction { name: name.into() });
    }
    Ok(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn double(number: u64) -> u64 {
        number * 2
    }

    fn parse(text: String) -> Result<u64, Failure> {
        Ok(text.parse()?)
    }

    fn output<Args, Kind, F: Callable<Args, Kind>>(
        function: F,
        args: Args,
    ) -> Result<F::Output, String> {
        function.call(args).map_err(|failure| failure.to_string())
    }

    #[test]
    fn both_kinds_are_told_apart() {
        assert_eq!(output(double, (4,)), Ok(8));
        assert_eq!(output(parse, ("12".to_owned(),)), Ok(12));
        let failure = output(parse, ("twelve".to_owned(),)).unwrap_err();
        assert!(failure.contains("invalid digit"));
    }

    #[test]
    fn functions_have_names_and_closures_have_not() {
        assert!(function_name(&double).unwrap().ends_with("tests::double"));
        assert!(matches!(
            function_name(&|| 1),
            Err(Error::NotAFunction { .. })
        ));
        let pointer: fn(u64) -> u64 = double;
        assert!(matches!(
            function_name(&pointer),
            Err(Error::NotAFunction { .. })
        ));
    }
}
