//! The ledger: claims and their verdicts, from all demos.

use serde::Serialize;

use super::{ClaimReport, Table};
use crate::{
    text::format_count,
    {claim::Verdict, record::Value},
};

/// Claims and their verdicts.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct ClaimLedger {
    /// In the order of the lessons.
    pub claims: Vec<ClaimReport>,
    /// Notes, such as claims that were not reached.
    pub notes: Vec<String>,
    /// The machine that they were decided on.
    pub ran_on: Option<String>,
}

impl ClaimLedger {
    /// The number of claims with this verdict.
    pub fn count_verdict(&self, verdict: Verdict) -> usize {
        let has = |claim: &&ClaimReport| claim.verdict == verdict;
        self.claims.iter().filter(has).count()
    }

    /// `12 claims: 10 holds, 2 cannot be shown here`.
    pub fn summary_line(&self) -> String {
        let counts = Verdict::ALL.map(|verdict| (self.count_verdict(verdict), verdict));
        let counts = counts.iter().filter(|(count, _)| *count > 0);
        let counts: Vec<String> = counts
            .map(|(count, verdict)| format!("{count} × {verdict}"))
            .collect();
        let all = self.claims.len();
        let claims = format_count(all, "claim", "claims");
        if counts.is_empty() {
            return claims;
        }
        format!("{claims}: {}", counts.join(", "))
    }
}

/// Claims as a table, for formats without a form of their own for them.
pub fn claims_table(claims: &[ClaimReport]) -> Table {
    let headings = [
        "lesson", "id", "claim", "verdict", "evidence", "limit", "counter",
    ];
    let mut table = Table::new("Claims", &headings);
    for claim in claims {
        table.add_row([
            Value::Count(i64::from(claim.lesson)),
            Value::text(&claim.id),
            Value::text(&claim.says),
            Value::text(claim.verdict.name()),
            Value::text(&claim.evidence),
            claim.limit.clone().map_or(Value::Nothing, Value::Text),
            claim.counter.clone().map_or(Value::Nothing, Value::Text),
        ]);
    }
    table
}
