//! `review`: one question of an earlier lesson, asked again, or a fresh one about a schedule.

use std::sync::Arc;

use anyhow::Result;

use crate::{
    lesson::{Lesson, Quiz},
    repl::{
        commands::{lessons, progress},
        language::command_error::CommandError,
        session::Session,
    },
    text::capitalize,
    tutor::{
        AnswerGrade, FreshQuestion, QuizState, draw_fresh_question,
        progress::{ProgressEvent, due_question, last_place, next_question},
    },
};

/// A question that is asked again, or a fresh one.
#[derive(Debug, Clone)]
pub struct QuizReview {
    /// The lesson that has it, or has the schedule that a fresh one is about.
    lesson: Arc<Lesson>,
    quiz: QuizState,
    /// For a fresh one: what happened in each step, as Markdown.
    replay: Option<String>,
    /// Whether it was answered already: only the first answer shows whether the learner remembered.
    is_settled: bool,
    /// Whether the session began with it; then the offer to resume follows it.
    at_start: bool,
}

/// At the start of a session: asks the question that is due, if there is one; else offers to resume.
pub fn begin_session(session: &mut Session) -> Result<()> {
    if !asks_at_start(session) {
        progress::offer_resume(session);
        return Ok(());
    }
    let known = session.progress_recorder.read_progress(&mut session.screen);
    let now = session.progress_recorder.now();
    let library = Arc::clone(&session.library);
    let at_hand = last_place(&library, &known).map(|(lesson, _)| lesson);
    let Some((lesson, quiz)) = due_question(&library, &known, at_hand, now) else {
        progress::offer_resume(session);
        return Ok(());
    };
    let number = lesson.number;
    let lead = format!("From lesson {number}, to see what stayed:");
    session.screen.write_markdown(&lead)?;
    ask_question(session, lesson, quiz, true)
}

fn asks_at_start(session: &Session) -> bool {
    session.progress_recorder.keeps && session.settings.review && session.visit.is_none()
}

/// `review`: the question that is due; without one, a fresh one if a schedule is known, or else the next one.
pub fn review_command(session: &mut Session) -> Result<()> {
    let known = session.progress_recorder.read_progress(&mut session.screen);
    let library = Arc::clone(&session.library);
    let visited = session.visit.as_ref().map(|visit| visit.cursor().lesson());
    let visited = visited.map(AsRef::as_ref);
    let now = session.progress_recorder.now();
    let learner = session.progress_recorder.choice_seed.unwrap_or_default();
    if due_question(&library, &known, visited, now).is_none()
        && let Some(fresh) = draw_fresh_question(&library, &known, learner)
    {
        return ask_fresh_question(session, fresh);
    }
    let Some((lesson, quiz)) = next_question(&library, &known, visited) else {
        let message = "there is nothing to review yet: answer a question of a lesson first";
        return Err(CommandError::failed(message).into());
    };
    session
        .screen
        .write_markdown(&format!("From lesson {}:", lesson.number))?;
    ask_question(session, lesson, quiz, false)
}

fn ask_fresh_question(session: &mut Session, fresh: FreshQuestion) -> Result<()> {
    let number = fresh.lesson.number;
    let lead = format!("A fresh one, about a schedule of lesson {number}, which is a model:");
    session.screen.write_markdown(&lead)?;
    ask_question(session, &fresh.lesson, &Arc::new(fresh.quiz), false)?;
    if let Some(review) = &mut session.review {
        review.replay = Some(fresh.replay);
    }
    Ok(())
}

/// Asks a question, in place of a schedule that was being chosen.
pub fn ask_question(
    session: &mut Session,
    lesson: &Arc<Lesson>,
    quiz: &Arc<Quiz>,
    at_start: bool,
) -> Result<()> {
    session.stepper = None;
    let quiz = QuizState::new(quiz).with_style(session.choice_style(session.settings.notes));
    lessons::on_page(session, |page| quiz.show_question(page))?;
    if at_start {
        session
            .screen
            .write_message("`skip` leaves it for another day.");
    }
    session.review = Some(QuizReview {
        lesson: Arc::clone(lesson),
        quiz,
        replay: None,
        is_settled: false,
        at_start,
    });
    Ok(())
}

/// Whether a line answers the question.
pub fn is_answer(session: &Session, line: &str) -> bool {
    let review = session.review.as_ref();
    review.is_some_and(|review| review.quiz.is_answer(line))
}

/// Answers the question.
pub fn answer_review(session: &mut Session, line: &str) -> Result<()> {
    let Some(mut review) = session.review.take() else {
        return Ok(());
    };
    let mut reply = match review.quiz.accept_answer(line) {
        Ok(reply) => reply,
        Err(unclear) => {
            session.review = Some(review);
            return Err(CommandError::usage(unclear.to_string()).into());
        }
    };
    let right = reply.grade == AnswerGrade::Right;
    if !review.is_settled {
        let id = review.quiz.quiz().id.clone();
        record_event(session, &review, ProgressEvent::Answered { id, right });
        review.is_settled = true;
    }
    if let Some(replay) = review.replay.as_ref().filter(|_| !right) {
        reply.says = format!("{}\n\n{replay}", reply.says);
    }
    lessons::on_page(session, |page| review.quiz.show_reply(&reply, page))?;
    if right {
        finish_review(session, &review);
    } else {
        session.review = Some(review);
    }
    Ok(())
}

/// What to type as an answer, if a question is open.
pub fn answer_instructions(session: &Session) -> Option<String> {
    let review = session.review.as_ref();
    review.map(|review| review.quiz.answer_instructions())
}

/// Enter: the question stays open.
pub fn repeat_instructions(session: &mut Session) -> Result<()> {
    if let Some(instructions) = answer_instructions(session) {
        let text = format!("{}.", capitalize(&instructions));
        lessons::on_page(session, |page| page.draw_markdown(&text))?;
    }
    Ok(())
}

/// `skip`: postpones the question to another day.
pub fn postpone_review(session: &mut Session) {
    if let Some(review) = session.review.take() {
        if !review.is_settled {
            let id = review.quiz.quiz().id.clone();
            // A fresh one does not come back, so that the next one is another.
            let what = match review.replay {
                Some(_) => ProgressEvent::Answered { id, right: false },
                None => ProgressEvent::PutOff { id },
            };
            record_event(session, &review, what);
        }
        finish_review(session, &review);
    }
}

/// Shows the next hint.
pub fn show_hint(session: &mut Session) -> Result<()> {
    if let Some(mut review) = session.review.take() {
        let hint = review.quiz.next_hint();
        session.review = Some(review);
        lessons::on_page(session, |page| page.draw_markdown(&hint))?;
    }
    Ok(())
}

/// Shows the answer.
pub fn show_solution(session: &mut Session) -> Result<()> {
    let Some(mut review) = session.review.take() else {
        return Ok(());
    };
    if !review.quiz.may_show_solution() {
        let word = review.quiz.refuse_solution();
        session.review = Some(review);
        lessons::on_page(session, |page| page.draw_markdown(word))?;
        return Ok(());
    }
    lessons::on_page(session, |page| review.quiz.show_solution(page))?;
    if !review.is_settled {
        let (id, right) = (review.quiz.quiz().id.clone(), false);
        record_event(session, &review, ProgressEvent::Answered { id, right });
    }
    finish_review(session, &review);
    Ok(())
}

fn record_event(session: &mut Session, review: &QuizReview, what: ProgressEvent) {
    let Session {
        progress_recorder,
        screen,
        ..
    } = session;
    progress_recorder.record_event(&review.lesson.slug, what, screen);
}

fn finish_review(session: &mut Session, review: &QuizReview) {
    if review.at_start {
        progress::offer_resume(session);
    }
}
