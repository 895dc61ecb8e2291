use super::*;

fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("primes.py"), "print(2)").expect("written");
    fs::write(folder.path().join("notes.txt"), "no program").expect("written");
    fs::write(folder.path().join("shebang"), "#!/usr/bin/env python3\n").expect("written");
    folder
}

#[track_caller]
fn refused(path: &Path) -> String {
    classify_word(path.as_os_str(), false)
        .expect_err("refused")
        .to_string()
}

#[test]
fn a_script_is_known_by_its_name_or_its_first_line() {
    let folder = folder();
    for name in ["primes.py", "shebang"] {
        let path = folder.path().join(name);
        assert_eq!(
            classify_word(path.as_os_str(), false),
            Ok(TryTarget::Script(path)),
            "{name}"
        );
    }
}

#[test]
fn a_missing_file_hears_what_is_near() {
    let folder = folder();
    let said = refused(&folder.path().join("prime.py"));
    assert!(
        said.contains("did you mean") && said.contains("primes.py"),
        "{said}"
    );
    let said = refused(&folder.path().join("primes"));
    assert!(said.contains("primes.py`?"), "{said}");
    let said = refused(&folder.path().join("zebra.py"));
    assert!(said.ends_with("or any other program"), "{said}");
}

#[test]
fn a_folder_and_a_text_are_no_programs() {
    let folder = folder();
    let said = refused(folder.path());
    assert!(
        said.contains("is a folder") && said.contains("primes.py"),
        "{said}"
    );
    let said = refused(&folder.path().join("notes.txt"));
    assert!(
        said.contains("not executable") && said.contains("chmod +x"),
        "{said}"
    );
}

#[test]
fn a_flag_before_the_script_is_ours_or_nobodys() {
    let said = refused(Path::new("--bogus"));
    assert!(said.contains("no flag `--bogus`"), "{said}");
}

#[cfg(unix)]
#[test]
fn a_command_is_found_as_a_shell_finds_it() {
    assert_eq!(
        classify_word(OsStr::new("ls"), false),
        Ok(TryTarget::Other("ls".into()))
    );
    assert!(matches!(
        classify_word(OsStr::new("/bin/ls"), false),
        Ok(TryTarget::Other(_))
    ));
}
