//! Finds the demo that decides a claim, and judges the claim from its recording.

use crate::{
    claim::{Condition, Judgement, Needs, Template, Verdict, judge_claim, lacks_cores},
    lesson::{Block, Claim, DemoBlock, Lesson},
    record::{Machine, Recording},
    report::{ClaimReport, RunEvidence},
};

/// Judges a claim from a recording of the demo that decides it.
pub fn judge_lesson_claim(lesson: &Lesson, claim: &Claim, recording: &Recording) -> ClaimReport {
    let evidence = RunEvidence(recording.run());
    let words = claim.evidence.as_ref();
    let judgement = judge_claim(&claim.condition, &claim.needs, words, &evidence);
    build_claim_report(lesson, claim, judgement)
}

/// Judges a condition from a recording of the demo that it is about.
pub fn judge_condition(condition: &Condition, recording: &Recording) -> Judgement {
    let needs = Needs::default().including_condition(condition);
    judge_claim(condition, &needs, None, &RunEvidence(recording.run()))
}

/// An author's sentences with the figures of a recording; `None` if they are missing.
pub fn fill_template(words: &Template, recording: &Recording) -> Option<String> {
    words.fill_from(&RunEvidence(recording.run()))
}

/// The verdict on a claim that this machine cannot show in any run; `None` if it may be able to.
pub fn judge_without_run(lesson: &Lesson, claim: &Claim, machine: &Machine) -> Option<ClaimReport> {
    let why = lacks_cores(machine, &claim.needs)?;
    Some(build_claim_report(
        lesson,
        claim,
        Judgement::cannot_be_shown(why),
    ))
}

fn build_claim_report(lesson: &Lesson, claim: &Claim, judgement: Judgement) -> ClaimReport {
    let unjudged = ClaimReport {
        id: claim.id.clone(),
        lesson: lesson.number,
        says: claim.says.clone(),
        verdict: Verdict::CannotBeShown,
        evidence: String::new(),
        limit: claim.limit.clone(),
        counter: claim.counter.clone(),
        figures: Vec::new(),
    };
    unjudged.with_judgement(judgement)
}

/// The claims that this demo of a lesson decides: those below it for which it is the nearest demo with the
/// right name.
pub fn claims_decided_by<'l>(lesson: &'l Lesson, demo: &DemoBlock) -> Vec<&'l Claim> {
    let mut above: Vec<&DemoBlock> = Vec::new();
    let mut decided = Vec::new();
    for block in lesson.blocks() {
        match block {
            Block::Demo(demo) => above.push(demo),
            Block::Claim(claim) => {
                let nearest = above
                    .iter()
                    .rev()
                    .find(|demo| demo.is_same_run(&claim.demo));
                if nearest.is_some_and(|nearest| std::ptr::eq(*nearest, demo)) {
                    decided.push(claim.as_ref());
                }
            }
            _ => {}
        }
    }
    decided
}

/// Whether a demo above this claim in its lesson decides it.
pub fn is_decided_above(lesson: &Lesson, claim: &Claim) -> bool {
    let is_it = |block: &&Block| matches!(block, Block::Claim(other) if std::ptr::eq(&raw const **other, claim));
    let mut above = lesson.blocks().take_while(|block| !is_it(block));
    above.any(|block| matches!(block, Block::Demo(demo) if demo.is_same_run(&claim.demo)))
}
