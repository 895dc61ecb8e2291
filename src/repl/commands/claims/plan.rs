//! Which runs decide the claims: each with what its claims ask for, and nothing else.

use super::LessonClaim;
use crate::{
    catalog::DemoSpec,
    claim::{ConditionQuestion, MeasuredQuantity, Needs, Template, Verdict},
    lesson::Claim,
    record::{
        Backend, Interpreter, Machine, Params,
        metrics::{Metric, speedup_baseline},
    },
    tutor,
};

/// A run, and the claims that it decides.
#[derive(Debug)]
pub(super) struct ClaimRun<'l> {
    pub spec: &'static DemoSpec,
    pub params: Params,
    pub claims: Vec<LessonClaim<'l>>,
}

/// A first run has no more trials: with so many, one outlier is left out of a verdict.
const FIRST_TRIALS: u32 = 5;

/// What the run of a claim has to measure.
struct ClaimDemand {
    /// `None`: all that the demo has.
    backends: Option<Vec<Backend>>,
    python: Option<String>,
}

/// One run for all claims whose demos have the same settings and may use the same Pythons, with the backends and Pythons
/// that at least one of these claims asks for. `resolve` returns a demo's settings in this session, and the Pythons of a
/// run with them, in order.
///
/// A claim that this machine cannot show needs no run.
pub(super) fn plan_runs<'l>(
    entries: &[LessonClaim<'l>],
    machine: &Machine,
    resolve: impl Fn(&DemoSpec, &Params) -> (Params, Vec<Interpreter>),
) -> Vec<ClaimRun<'l>> {
    let mut plan: Vec<(ClaimRun<'l>, Vec<Interpreter>, Vec<ClaimDemand>)> = Vec::new();
    for &(lesson, claim) in entries {
        if tutor::judge_without_run(lesson, claim, machine).is_some() {
            continue;
        }
        let spec = claim.demo.spec;
        let (params, pythons) = resolve(spec, &claim.demo.params);
        let demand = ClaimDemand::of_claim(claim, &pythons);
        let same = plan.iter_mut().find(|(run, of_run, _)| {
            *of_run == pythons && is_same_run(run, claim, machine.cores_usable)
        });
        if let Some((run, _, demands)) = same {
            run.claims.push((lesson, claim));
            demands.push(demand);
            continue;
        }
        let run = ClaimRun {
            spec,
            params,
            claims: vec![(lesson, claim)],
        };
        plan.push((run.limit_trials(), pythons, vec![demand]));
    }
    let plan = plan.into_iter();
    plan.map(|(run, pythons, demands)| run.limit_to(&pythons, &demands))
        .collect()
}

/// Whether a claim's demo does the same as this run, as the demo resolves its settings, apart from backends and Pythons,
/// and from trials that a first run leaves out.
fn is_same_run(run: &ClaimRun<'_>, claim: &Claim, cores: u32) -> bool {
    let settings = |spec: &DemoSpec, params: &Params| {
        let trials = count_trials(spec, params);
        Params {
            backends: Vec::new(),
            python: Vec::new(),
            trials: trials.map(|trials| trials.min(FIRST_TRIALS)),
            ..spec.resolve_counts(params, cores)
        }
    };
    run.spec == claim.demo.spec
        && settings(run.spec, &run.params) == settings(claim.demo.spec, &claim.demo.params)
}

/// How many trials a demo has with these settings.
fn count_trials(spec: &DemoSpec, params: &Params) -> Option<u32> {
    params.trials.or(spec.usual_trials)
}

impl ClaimRun<'_> {
    /// Leaves out the backends and Pythons that no claim asks for.
    fn limit_to(mut self, pythons: &[Interpreter], demands: &[ClaimDemand]) -> Self {
        // Their order stays, since the first that meets a claim's needs answers. Without any Python, the run says so.
        if self.spec.takes("python") && !pythons.is_empty() {
            let names = pythons.iter().map(|one| &one.name);
            let names =
                names.filter(|name| demands.iter().any(|one| one.python.as_ref() == Some(name)));
            self.params.python = names.cloned().collect();
            if self.params.python.is_empty() {
                self.params.python = vec!["none".to_owned()];
            }
        }
        let asked: Option<Vec<&Vec<Backend>>> =
            demands.iter().map(|one| one.backends.as_ref()).collect();
        // The order of the demo stays: backends take turns in it.
        let is_asked = |backend: &Backend| {
            let asked = asked.as_ref();
            asked.is_none_or(|asked| asked.iter().any(|one| one.contains(backend)))
        };
        let all = self.spec.backends.iter().copied();
        self.params.backends = all.filter(is_asked).collect();
        if self.params.backends == self.spec.backends {
            self.params.backends.clear();
        }
        self
    }

    /// Leaves out the trials that may not be needed.
    fn limit_trials(mut self) -> Self {
        if count_trials(self.spec, &self.params) > Some(FIRST_TRIALS) {
            self.params.trials = Some(FIRST_TRIALS);
        }
        self
    }

    /// Whether a run in full may decide what this one left open: with more trials, or because another Python that meets
    /// the needs can answer.
    pub(super) fn leaves_open(
        &self,
        claim: &Claim,
        verdict: Verdict,
        pythons: &[Interpreter],
    ) -> bool {
        match verdict {
            Verdict::Holds => false,
            Verdict::TooNoisy | Verdict::DoesNotHold => {
                let in_full = count_trials(self.spec, &claim.demo.params);
                in_full > count_trials(self.spec, &self.params)
            }
            Verdict::CannotBeShown => {
                let needs = claim_needs(claim);
                let able = pythons.iter().filter(|one| needs.is_met_by(one)).count();
                needs.any_python() && able > 1
            }
        }
    }
}

impl ClaimDemand {
    /// The Python is the first that meets the claim's needs: it answers, whatever others do.
    fn of_claim(claim: &Claim, pythons: &[Interpreter]) -> Self {
        let needs = claim_needs(claim);
        let python = pythons
            .iter()
            .find(|one| needs.any_python() && needs.is_met_by(one));
        Self {
            backends: asked_backends(claim),
            python: python.map(|one| one.name.clone()),
        }
    }
}

/// What the claim's condition and its evidence ask a run for.
fn claim_questions(claim: &Claim) -> Vec<&ConditionQuestion> {
    let words = claim.evidence.iter().flat_map(Template::questions);
    claim
        .condition
        .questions()
        .into_iter()
        .chain(words)
        .collect()
}

fn claim_needs(claim: &Claim) -> Needs {
    claim.needs.including_questions(&claim_questions(claim))
}

/// The backends that a claim asks about, and those that they are compared with; if it asks about the demo as a whole,
/// those that its own demo names. `None` if nothing is named.
fn asked_backends(claim: &Claim) -> Option<Vec<Backend>> {
    let mut asked = Vec::new();
    for question in claim_questions(claim) {
        let Some(backend) = question.backend else {
            if question.quantity.observation() == Some("available_cores") {
                continue;
            }
            let named = &claim.demo.params.backends;
            return (!named.is_empty()).then(|| named.clone());
        };
        asked.push(backend);
        let is_quotient = matches!(
            question.quantity,
            MeasuredQuantity::Metric(Metric::Speedup | Metric::Efficiency)
        );
        asked.extend(is_quotient.then(|| speedup_baseline(backend)));
    }
    (!asked.is_empty()).then_some(asked)
}

/// The demos of these claims as their lessons write them, each once.
pub(super) fn plan_full_runs<'l>(
    entries: &[LessonClaim<'l>],
    with_pythons: impl Fn(&DemoSpec, &Params) -> Params,
) -> Vec<ClaimRun<'l>> {
    let mut plan: Vec<ClaimRun<'l>> = Vec::new();
    for &(lesson, claim) in entries {
        let spec = claim.demo.spec;
        let params = with_pythons(spec, &claim.demo.params);
        let same = plan
            .iter_mut()
            .find(|run| run.spec == spec && run.params == params);
        match same {
            Some(run) => run.claims.push((lesson, claim)),
            None => plan.push(ClaimRun {
                spec,
                params,
                claims: vec![(lesson, claim)],
            }),
        }
    }
    plan
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{catalog::run_command, lesson::Library, record::testing::test_machine};

    /// One with a GIL, one with subinterpreters too, and one without a GIL.
    fn pythons() -> Vec<Interpreter> {
        let python = |name: &str, gil, subinterpreters| Interpreter {
            name: name.to_owned(),
            implementation: "CPython".to_owned(),
            gil,
            free_threaded: !gil,
            subinterpreters,
            ..Interpreter::default()
        };
        vec![
            python("3.11", true, false),
            python("3.13", true, true),
            python("3.13t", false, true),
        ]
    }

    fn all_claims(library: &Library) -> Vec<LessonClaim<'_>> {
        let lessons = library.lessons().iter();
        let claims = lessons.flat_map(|it| it.claims().map(move |claim| (&**it, claim)));
        claims.collect()
    }

    fn with_plan(pythons: &[Interpreter], check: impl Fn(&[ClaimRun<'_>], Vec<String>)) {
        let library = Library::load_embedded();
        let entries = all_claims(&library);
        let resolve = |_: &DemoSpec, params: &Params| (params.clone(), pythons.to_vec());
        let plan = plan_runs(&entries, &test_machine(2, 2), resolve);
        let decided: usize = plan.iter().map(|run| run.claims.len()).sum();
        assert_eq!(decided, entries.len());
        let commands = plan.iter();
        let commands = commands.map(|run| run_command(run.spec.name, &run.params));
        check(&plan, commands.collect());
    }

    #[test]
    fn a_demo_runs_once_with_the_backends_and_pythons_that_its_claims_ask_for() {
        with_plan(&pythons(), |_, commands| {
            let of = |demo: &str| -> Vec<&str> {
                let start = format!("run {demo} ");
                let found = commands.iter().filter(|it| it.starts_with(&start));
                found.map(String::as_str).collect()
            };
            // The lessons write its number of workers, or leave it to the demo.
            assert_eq!(of("chunks"), ["run chunks --trials 3 --python 3.11"]);
            // The claim about it in lesson 7 needs less than those of lesson 1.
            assert_eq!(
                of("parallel"),
                ["run parallel --workers 2 --trials 3 --workload primes --python 3.11,3.13,3.13t"]
            );
            assert_eq!(
                of("scaling"),
                ["run scaling --trials 3 --workload matmul --backends processes --python none"]
            );
            assert_eq!(of("crash"), ["run crash --python 3.11"]);
            // One lesson asks for 5 trials, and one for the usual 10.
            assert_eq!(of("ipc"), ["run ipc --trials 5 --python 3.11"]);
            assert_eq!(of("isolation").len(), 2, "{commands:?}");
        });
    }

    #[test]
    fn claims_that_may_use_different_pythons_do_not_share_a_run() {
        let library = Library::load_embedded();
        let mut claims = all_claims(&library).into_iter();
        let is_of_chunks = |(_, claim): &LessonClaim| claim.demo.spec.name == "chunks";
        let (lesson, claim) = claims.rfind(is_of_chunks).unwrap();
        let mut other = claim.clone();
        other.demo.params.python = vec!["3.13t".to_owned()];
        let resolve = |_: &DemoSpec, params: &Params| {
            let is_chosen =
                |one: &Interpreter| params.python.is_empty() || params.python.contains(&one.name);
            let chosen = pythons().into_iter().filter(is_chosen).collect();
            (params.clone(), chosen)
        };
        let entries = [(lesson, claim), (lesson, &other)];
        let plan = plan_runs(&entries, &test_machine(2, 2), resolve);
        let of_runs: Vec<&[String]> = plan.iter().map(|run| &run.params.python[..]).collect();
        assert_eq!(of_runs, [["3.11"], ["3.13t"]]);
    }

    #[test]
    fn without_a_python_the_runs_are_left_to_say_so() {
        with_plan(&[], |plan, _| {
            assert!(plan.iter().all(|run| run.params.python.is_empty()));
        });
    }

    #[test]
    fn where_the_session_has_no_python_none_runs() {
        let library = Library::load_embedded();
        let resolve = |_: &DemoSpec, params: &Params| {
            let python = vec!["none".to_owned()];
            let params = params.clone();
            (Params { python, ..params }, Vec::new())
        };
        let plan = plan_runs(&all_claims(&library), &test_machine(2, 2), resolve);
        assert!(plan.iter().all(|run| run.params.python == ["none"]));
    }

    #[test]
    fn what_is_open_is_run_as_the_lesson_writes_it() {
        with_plan(&pythons(), |plan, _| {
            let claims = plan.iter().flat_map(|run| &run.claims);
            let entries: Vec<LessonClaim> = claims.copied().collect();
            let full = plan_full_runs(&entries, |_, params| params.clone());
            for run in full {
                let claims = run.claims.iter();
                assert!(
                    claims
                        .map(|(_, claim)| claim)
                        .all(|it| it.demo.params == run.params)
                );
            }
            let claim = |id: &str| entries.iter().find(|(_, claim)| claim.id == id).unwrap().1;
            let is_open = |id: &str, verdict| {
                let claim = claim(id);
                let mut runs = plan.iter();
                let run = runs.find(|run| run.claims.iter().any(|(_, of)| of.id == id));
                run.unwrap().leaves_open(claim, verdict, &pythons())
            };
            // Its first run has 5 of 20 trials.
            assert!(is_open("q2-overhead", Verdict::TooNoisy));
            assert!(is_open("q2-overhead", Verdict::DoesNotHold));
            assert!(!is_open("q2-overhead", Verdict::Holds));
            // It shares a first run of 5 trials with a claim for which that is all.
            assert!(is_open("q8-queue-python", Verdict::TooNoisy));
            assert!(!is_open("q2-ipc", Verdict::TooNoisy));
            // The same trials again decide no more.
            assert!(!is_open("q2-free-threaded", Verdict::TooNoisy));
            // No other Python could show it.
            assert!(!is_open("q2-free-threaded", Verdict::CannotBeShown));
            assert!(is_open("q1-past-the-gil-python", Verdict::CannotBeShown));
        });
    }
}
