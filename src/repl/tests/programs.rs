//! `program`: the lessons' programs as files of the learner's.

use super::*;

#[test]
fn a_program_is_copied_and_never_written_over_unasked() {
    let library = embedded();
    let mut test = Test::new(&library);
    let home = tempfile::tempdir().expect("a folder");
    test.session.settings.folder = Some(home.path().to_owned());
    let file = home.path().join("hello.py");
    let text = library.program_text("python/hello.py").expect("a program");

    let list = test.said("program");
    assert!(
        list.contains("hello") && list.contains("four_numbers"),
        "{list}"
    );
    assert!(!list.contains("solution"), "{list}");
    for name in ["hello", "hello.py", "python/hello.py", "HELLO"] {
        let said = test.said(&format!("program {name}"));
        assert!(said.contains(&file.display().to_string()), "{said}");
        assert!(
            said.contains("`try ") && said.contains("runs and watches it."),
            "{said}"
        );
        assert_eq!(fs::read_to_string(&file).expect("there"), text);
    }
    fs::write(&file, "mine").expect("written");
    let refused = test.refused("program hello");
    assert!(refused.contains("`--force` replaces it"), "{refused}");
    assert_eq!(fs::read_to_string(&file).expect("there"), "mine");
    test.said("program hello --force");
    assert_eq!(fs::read_to_string(&file).expect("there"), text);
    assert_eq!(
        test.refused("program helo"),
        "no program is called `helo`; did you mean `hello`?"
    );
}
