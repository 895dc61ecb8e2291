//! Lists, help, lint and doctor.

use super::*;

#[test]
fn quit_and_exit_end_the_session() {
    let library = embedded();
    for line in ["quit", "exit", "  quit  "] {
        assert_eq!(
            Test::new(&library).session.execute_line(line).expect(line),
            SessionFlow::Quit
        );
    }
}

#[test]
fn the_lists_name_every_lesson_and_every_demo() {
    let library = embedded();
    let mut test = Test::new(&library);
    let lessons = test.said("lessons --format csv");
    assert!(
        library
            .lessons()
            .iter()
            .all(|lesson| lessons.contains(&lesson.title)),
        "{lessons}"
    );
    let demos = test.said("demos --format csv");
    assert!(
        crate::catalog::demo_names()
            .iter()
            .all(|name| demos.contains(name)),
        "{demos}"
    );
}

#[test]
fn help_explains_commands_and_demos() {
    let library = embedded();
    let mut test = Test::new(&library);
    let help = test.said("help");
    assert!(help.lines().count() <= 22, "{help}");
    assert!(
        help.lines().all(|line| line.chars().count() <= 80),
        "{help}"
    );
    assert!(
        help.contains("lesson N") && help.contains("list the lessons"),
        "{help}"
    );
    test.session.screen.style.width = 50;
    let narrow = test.said("help");
    assert!(
        narrow.lines().all(|line| line.chars().count() <= 50),
        "{narrow}"
    );
    assert!(
        narrow.contains("lesson N") && narrow.lines().count() <= 22,
        "{narrow}"
    );
    assert!(
        test.said("help --format csv")
            .contains("try SCRIPT,Your own code,")
    );
    assert!(test.said("help run").contains("--workers"));
    assert!(test.said("help race").contains("--trials"));
    assert_eq!(
        test.refused("help rnu"),
        "no command is called `rnu`; did you mean `run`? `help` lists the commands"
    );
}

#[test]
fn lint_shows_each_problem_where_it_stands() {
    let lessons = Lessons::new();
    let library = lessons.library();
    let mut test = Test::new(&library);
    let folder = lessons.0.display().to_string();
    fs::write(lessons.0.join("one.md"), LESSON.replace("race", "rcae")).expect("written");
    let error = test
        .session
        .execute_line(&format!("lint '{folder}'"))
        .expect_err("a problem");
    assert_eq!(error.downcast_ref(), Some(&CommandError::Shown));
    let out = test.out.take();
    assert!(
        out.contains("one.md:15:") && out.contains("did you mean `race`?"),
        "{out}"
    );
    assert!(out.ends_with("1 error, 0 warnings\n"), "{out}");
    test.session
        .execute_line(&format!("lint '{folder}' --format csv"))
        .expect_err("a problem");
    assert!(test.out.take().contains(",15,"));
}

#[test]
fn doctor_tells_the_machine_and_what_lessons_need() {
    let lessons = Lessons::new();
    let library = lessons.library();
    let mut test = Test::new(&library);
    let out = test.said("doctor --format plain");
    for expected in ["affinity", "Testos 1", "80 columns", "One process", "race"] {
        assert!(out.contains(expected), "{expected}: {out}");
    }
}
