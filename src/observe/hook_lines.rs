//! Cuts the bytes of the hooks' pipe into lines and parses each of them, within bounds.

use super::hook_message::HookMessage;

/// The longest valid line, with room for hooks of another version.
const LONGEST_LINE: usize = 64 * 1024;

/// Collects bytes until a line is complete.
#[derive(Debug, Default)]
pub struct HookLineReader {
    line: Vec<u8>,
    is_too_long: bool,
    /// The number of lines that were no valid message.
    pub wrong: usize,
}

impl HookLineReader {
    /// Takes bytes, with or without whole lines; calls `to` with the message of each line.
    pub fn push_bytes(&mut self, mut bytes: &[u8], mut to: impl FnMut(HookMessage)) {
        while let Some(end) = bytes.iter().position(|byte| *byte == b'\n') {
            self.extend_line(&bytes[..end]);
            self.end_line(&mut to);
            bytes = &bytes[end + 1..];
        }
        self.extend_line(bytes);
    }

    fn extend_line(&mut self, bytes: &[u8]) {
        if self.is_too_long || self.line.len() + bytes.len() > LONGEST_LINE {
            self.is_too_long = true;
            return;
        }
        self.line.extend_from_slice(bytes);
    }

    fn end_line(&mut self, to: &mut impl FnMut(HookMessage)) {
        let message = serde_json::from_slice(&self.line);
        let is_empty = self.line.iter().all(u8::is_ascii_whitespace);
        self.line.clear();
        if std::mem::take(&mut self.is_too_long) {
            self.wrong += 1;
            return;
        }
        match message {
            Ok(message) => to(message),
            Err(_) if is_empty => {}
            Err(_) => self.wrong += 1,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::HookEvent;

    fn taken(bytes: &[u8], piece: usize) -> (Vec<HookMessage>, usize) {
        let mut lines = HookLineReader::default();
        let mut all = Vec::new();
        for piece in bytes.chunks(piece) {
            lines.push_bytes(piece, |message| all.push(message));
        }
        (all, lines.wrong)
    }

    #[test]
    fn lines_come_whole_however_they_are_read() {
        let text = b"{\"t\": 5, \"p\": 7, \"e\": \"waited\", \"wait\": 3}\n\n{\"t\":6,\"p\":7,\"e\":\"news\",\"x\":1}\n";
        for piece in [1, 7, 1000] {
            let (messages, wrong) = taken(text, piece);
            assert_eq!(wrong, 0);
            assert_eq!(messages[0].what, HookEvent::Waited { wait: 3 });
            assert_eq!((messages[1].p, &messages[1].what), (7, &HookEvent::Unknown));
        }
    }

    #[test]
    fn what_tells_nothing_is_counted_and_costs_no_memory() {
        let mut text = vec![b'x'; 10 * LONGEST_LINE];
        text.extend_from_slice(b"\n{}\nnonsense\n{\"t\":6,\"p\":7,\"e\":\"exiting\"}\n");
        let (messages, wrong) = taken(&text, 4096);
        assert_eq!((messages.len(), wrong), (1, 3));
    }
}
