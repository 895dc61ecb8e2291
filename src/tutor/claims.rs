//! Which demo decides which claim, and what its recording says of it.

use crate::{
    claim::{Condition, Judgement, Needs, Verdict, judge, lacks_cores},
    lesson::{Block, Claim, DemoBlock, Lesson},
    record::{Machine, Recording},
    report::{ClaimReport, RunEvidence},
};

/// A claim held against a recording of the demo that decides it.
pub fn verdict(lesson: &Lesson, claim: &Claim, recording: &Recording) -> ClaimReport {
    let evidence = RunEvidence(recording.run());
    let words = claim.evidence.as_ref();
    let judgement = judge(&claim.condition, &claim.needs, words, &evidence);
    told(lesson, claim, judgement)
}

/// A condition by itself held against a recording of the demo that it is about.
pub fn decide(condition: &Condition, recording: &Recording) -> Judgement {
    let needs = Needs::default().and_those_of(condition);
    judge(condition, &needs, None, &RunEvidence(recording.run()))
}

/// The verdict on a claim that this machine cannot show whatever is run; `None` if it may.
pub fn hopeless(lesson: &Lesson, claim: &Claim, machine: &Machine) -> Option<ClaimReport> {
    let why = lacks_cores(machine, &claim.needs)?;
    Some(told(lesson, claim, Judgement::cannot_be_shown(why)))
}

/// The verdict on a claim whose demo could not be run, and why: one clause in lower case.
pub fn not_shown(lesson: &Lesson, claim: &Claim, why: &str) -> ClaimReport {
    told(lesson, claim, Judgement::cannot_be_shown(why))
}

fn told(lesson: &Lesson, claim: &Claim, judgement: Judgement) -> ClaimReport {
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
    unjudged.judged(judgement)
}

/// The claims that this very demo of a lesson decides: those below it for which it is the nearest of its kind.
pub fn decided_by<'l>(lesson: &'l Lesson, demo: &DemoBlock) -> Vec<&'l Claim> {
    let mut above: Vec<&DemoBlock> = Vec::new();
    let mut decided = Vec::new();
    for block in lesson.blocks() {
        match block {
            Block::Demo(demo) => above.push(demo),
            Block::Claim(claim) => {
                let nearest = above.iter().rev().find(|demo| decides(demo, claim));
                if nearest.is_some_and(|nearest| std::ptr::eq(*nearest, demo)) {
                    decided.push(claim.as_ref());
                }
            }
            _ => {}
        }
    }
    decided
}

/// Whether a demo that stands above this claim in its lesson decides it.
pub fn is_decided_above(lesson: &Lesson, claim: &Claim) -> bool {
    let is_it = |block: &&Block| matches!(block, Block::Claim(other) if std::ptr::eq(&raw const **other, claim));
    let mut above = lesson.blocks().take_while(|block| !is_it(block));
    above.any(|block| matches!(block, Block::Demo(demo) if decides(demo, claim)))
}

fn decides(demo: &DemoBlock, claim: &Claim) -> bool {
    demo.run == claim.demo.run && demo.params == claim.demo.params
}
