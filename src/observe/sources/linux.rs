//! Linux: one queue of everything that can be read, in the order of the writes.
//!
//! A pipe is narrow at first: it holds one write (the hooks open it in packet mode), and the next write to it waits until
//! that is read. So the queue of the pipes with unread output is in the order of all writes. In a flood of output, and for
//! a Python that handles signals, pipes are wide, and their order is that of their first unread writes.

use std::{
    collections::{HashMap, VecDeque},
    fs::{self, File, OpenOptions},
    io::{self, ErrorKind, IoSliceMut, Read},
    mem::MaybeUninit,
    os::{
        fd::{AsFd, BorrowedFd, OwnedFd},
        unix::{fs::OpenOptionsExt, net::UnixDatagram},
    },
    path::{Path, PathBuf},
    thread,
    time::{Duration, Instant},
};

use nix::{libc::O_NONBLOCK, sys::stat::Mode, unistd::mkfifo};
use rustix::{
    buffer::spare_capacity,
    event::{Timespec, epoll},
    fs::{OFlags, fcntl_getfl, fcntl_setfl},
    net::{RecvAncillaryBuffer, RecvAncillaryMessage, RecvFlags, recvmsg},
    pipe::fcntl_setpipe_size,
    process::{Pid, PidfdFlags, Resource, getrlimit, pidfd_open},
};

use super::{OutputPiece, messages_path, output_paths};
use crate::python::EventChannel;

/// The most events that are taken from the queue at a time.
const MOST_EVENTS: usize = 64;

/// The size of a narrow pipe, one page, which is also the largest write that stays in one piece.
const NARROW: usize = 4096;
const WIDE: usize = 1 << 20;

/// After so many pieces from one pipe alone there is no order to keep. To wake us for each further line would slow the
/// program down, so we pause before each wait.
const LONG_STREAK: u32 = 50;
const PAUSE: Duration = Duration::from_millis(1);

/// The most pieces from changing pipes that are kept in order at once, and how many of them per second.
const MOST_CREDIT: u32 = 5_000;
const CREDIT_PER_MS: u32 = 2;

/// The numbers of the sources other than the pipes with output.
const MESSAGES: u64 = 0;
const RECEIVER: u64 = 1;
const EXIT: u64 = 2;
const FIRST_PIPE: u64 = 3;

/// How much a pipe holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum PipeWidth {
    /// One write.
    Narrow,
    Wide,
    /// It never becomes narrow: a signal may interrupt a write that waits.
    AlwaysWide,
}

struct OutputPipe {
    owner: Option<u32>,
    stderr: bool,
    reader: File,
    /// The program's end of the pipe, until the owner has ended. It shares the flags of the program's descriptor.
    writer: Option<File>,
    width: PipeWidth,
    /// Whether it has no writer any more.
    is_closed: bool,
}

/// All sources of a run.
pub struct EventSources {
    queue: OwnedFd,
    messages: EventChannel,
    /// Where Pythons send the pipes that they have opened.
    receiver: Option<UnixDatagram>,
    receiver_path: PathBuf,
    exit: Option<OwnedFd>,
    pipes: HashMap<u64, OutputPipe>,
    next_pipe: u64,
    most_pipes: usize,
    /// The pipes with unread output, in the order in which they got it.
    unread: VecDeque<u64>,
    last_pipe: u64,
    /// The number of pieces that were read from that pipe alone.
    streak: u32,
    /// How many pieces from changing pipes can be kept in order now.
    credit: u32,
    credit_at: Instant,
}

impl EventSources {
    /// Creates the pipes of a run in its folder.
    pub fn create(folder: &Path) -> io::Result<Self> {
        let messages = EventChannel::create(&messages_path(folder))?;
        messages.widen_buffer();
        let receiver_path = folder.join("pipes");
        // Without it, all processes write into the pipes that the program was started with.
        let receiver = UnixDatagram::bind(&receiver_path).ok();
        let limit = getrlimit(Resource::Nofile).current.unwrap_or(u64::MAX);
        let mut sources = Self {
            queue: epoll::create(epoll::CreateFlags::CLOEXEC)?,
            messages,
            receiver,
            receiver_path,
            exit: None,
            pipes: HashMap::new(),
            next_pipe: FIRST_PIPE,
            // Each has two descriptors. The other half is for the rest of Forklore.
            most_pipes: limit as usize / 4,
            unread: VecDeque::new(),
            last_pipe: 0,
            streak: 0,
            credit: MOST_CREDIT,
            credit_at: Instant::now(),
        };
        let level = epoll::EventFlags::IN;
        sources.enqueue(sources.messages.as_fd(), MESSAGES, level)?;
        if let Some(receiver) = &sources.receiver {
            sources.enqueue(receiver.as_fd(), RECEIVER, level)?;
        }
        for (path, stderr) in output_paths(folder).iter().zip([false, true]) {
            mkfifo(path, Mode::S_IRUSR | Mode::S_IWUSR)?;
            let open = |options: &mut OpenOptions| options.custom_flags(O_NONBLOCK).open(path);
            sources.add_pipe(OutputPipe {
                owner: None,
                stderr,
                reader: open(OpenOptions::new().read(true))?,
                // A pipe that several programs share never ends.
                writer: Some(open(OpenOptions::new().write(true))?),
                width: PipeWidth::Wide,
                is_closed: false,
            })?;
        }
        Ok(sources)
    }

    /// From now on, the exit of this process ends a wait.
    pub fn watch_exit(&mut self, pid: u32) {
        let pid = i32::try_from(pid).ok().and_then(Pid::from_raw);
        self.exit = pid.and_then(|pid| pidfd_open(pid, PidfdFlags::empty()).ok());
        if let Some(exit) = &self.exit {
            // Without it, the exit is noticed at the end of a wait.
            let once = epoll::EventFlags::IN | epoll::EventFlags::ET;
            let _ = self.enqueue(exit.as_fd(), EXIT, once);
        }
    }

    /// Waits until something can be read, for `limit` at most.
    pub fn wait(&mut self, limit: Duration) {
        if self.streak > LONG_STREAK {
            thread::sleep(PAUSE.min(limit));
        }
        self.earn_credit();
        let limit = if self.unread.is_empty() {
            limit
        } else {
            Duration::ZERO
        };
        let limit = Timespec::try_from(limit).unwrap_or_default();
        let mut events = Vec::with_capacity(MOST_EVENTS);
        // A signal ends the wait early, which is harmless.
        let _ = epoll::wait(&self.queue, spare_capacity(&mut events), Some(&limit));
        for event in events {
            let number = event.data.u64();
            let Some(pipe) = self.pipes.get_mut(&number) else {
                continue;
            };
            pipe.is_closed |= { event.flags }.contains(epoll::EventFlags::HUP);
            if !self.unread.contains(&number) {
                self.unread.push_back(number);
            }
        }
    }

    /// Reads messages of the hooks; 0 if there are none.
    pub fn read_messages(&mut self, buffer: &mut [u8]) -> usize {
        self.messages.read(buffer).unwrap_or(0)
    }

    /// Takes the pipes that Pythons have opened, and calls `to` with the PID of each.
    pub fn accept_pipes(&mut self, mut to: impl FnMut(u32)) {
        while let Some(receiver) = &self.receiver {
            let Some(message) = receive_message(receiver) else {
                break;
            };
            let (owner, stderr, [reader, writer]) = match message {
                PipeMessage::Pipe(owner, stderr, ends) => (owner, stderr, ends),
                PipeMessage::Wide(owner) => {
                    self.keep_wide(owner);
                    continue;
                }
            };
            to(owner);
            // If it fails, the process cannot write any more; the system has no memory left then.
            let _ = self.add_pipe(OutputPipe {
                owner: Some(owner),
                stderr,
                reader,
                writer: Some(writer),
                width: PipeWidth::Wide,
                is_closed: false,
            });
        }
        if self.pipes.len() >= self.most_pipes && self.receiver.take().is_some() {
            // Later processes keep the pipes that they inherit.
            let _ = fs::remove_file(&self.receiver_path);
        }
    }

    /// Reads from the pipe that has had something to read for the longest time; `None` if there is no such pipe.
    pub fn read_output(&mut self, buffer: &mut [u8]) -> Option<OutputPiece> {
        while let Some(&number) = self.unread.front() {
            let is_flood = self.is_flood();
            let Some(pipe) = self.pipes.get_mut(&number) else {
                self.unread.pop_front();
                continue;
            };
            let Some(size) = pipe.read_available(buffer) else {
                self.unread.pop_front();
                if !is_flood {
                    pipe.set_width(PipeWidth::Narrow);
                }
                continue;
            };
            let piece = OutputPiece {
                pipe: number,
                owner: pipe.owner,
                stderr: pipe.stderr,
                size,
            };
            if pipe.width == PipeWidth::Narrow && !pipe.is_closed {
                // Whatever comes now is a new event, behind those of other pipes.
                self.unread.pop_front();
            }
            if size == 0 {
                self.pipes.remove(&number);
            }
            self.count_piece(number);
            return Some(piece);
        }
        None
    }

    fn is_flood(&self) -> bool {
        self.streak > LONG_STREAK || self.credit == 0
    }

    fn count_piece(&mut self, number: u64) {
        if number == self.last_pipe {
            self.streak = self.streak.saturating_add(1);
        } else {
            let last = std::mem::replace(&mut self.last_pipe, number);
            self.streak = 0;
            self.credit = self.credit.saturating_sub(1);
            if let Some(last) = self.pipes.get_mut(&last).filter(|_| self.credit > 0) {
                last.set_width(PipeWidth::Narrow);
            }
        }
        if self.is_flood()
            && let Some(pipe) = self.pipes.get_mut(&number)
        {
            pipe.set_width(PipeWidth::Wide);
        }
    }

    fn earn_credit(&mut self) {
        let earned = self.credit_at.elapsed().as_millis() as u32 * CREDIT_PER_MS;
        if earned > 0 {
            self.credit = self.credit.saturating_add(earned).min(MOST_CREDIT);
            self.credit_at = Instant::now();
        }
    }

    /// Lets the pipes of processes that have ended come to an end, unless other processes write into them.
    pub fn release_pipes(&mut self, has_ended: impl Fn(u32) -> bool) {
        for pipe in self.pipes.values_mut() {
            if pipe.owner.is_some_and(&has_ended) {
                pipe.writer = None;
            }
        }
    }

    /// Lets the other pipes be read before the one that was read last, which has too much output.
    pub fn rotate_pipes(&mut self) {
        if !self.unread.is_empty() {
            self.unread.rotate_left(1);
        }
    }

    fn keep_wide(&mut self, owner: u32) {
        for pipe in self.pipes.values_mut() {
            if pipe.owner == Some(owner) {
                pipe.set_width(PipeWidth::AlwaysWide);
            }
        }
    }

    fn add_pipe(&mut self, mut pipe: OutputPipe) -> io::Result<()> {
        let number = self.next_pipe;
        fcntl_setfl(&pipe.reader, OFlags::NONBLOCK)?;
        pipe.set_width(PipeWidth::Narrow);
        // An event for each write keeps the queue in the order of the writes.
        let each = epoll::EventFlags::IN | epoll::EventFlags::ET;
        self.enqueue(pipe.reader.as_fd(), number, each)?;
        self.next_pipe += 1;
        self.pipes.insert(number, pipe);
        Ok(())
    }

    fn enqueue(&self, fd: BorrowedFd, number: u64, flags: epoll::EventFlags) -> io::Result<()> {
        let number = epoll::EventData::new_u64(number);
        epoll::add(&self.queue, fd, number, flags).map_err(io::Error::from)
    }
}

impl OutputPipe {
    /// Reads the one write in a narrow pipe, or all that is in a wide one: 0 bytes at its end, `None` if there is nothing
    /// at the moment.
    fn read_available(&mut self, buffer: &mut [u8]) -> Option<usize> {
        let mut size = 0;
        while buffer.len() - size >= NARROW {
            match self.reader.read(&mut buffer[size..]) {
                Ok(0) => break,
                Ok(more) => size += more,
                Err(error) if error.kind() == ErrorKind::Interrupted => continue,
                Err(error) if error.kind() == ErrorKind::WouldBlock => {
                    return (size > 0).then_some(size);
                }
                Err(_) => break,
            }
            if self.width == PipeWidth::Narrow {
                break;
            }
        }
        Some(size)
    }

    /// Changes the size of the pipe, which stays if more is in the pipe, or the system allows no other.
    fn set_width(&mut self, width: PipeWidth) {
        if width == self.width || self.width == PipeWidth::AlwaysWide {
            return;
        }
        let is_narrow = width == PipeWidth::Narrow;
        let size = if is_narrow { NARROW } else { WIDE };
        if fcntl_setpipe_size(&self.reader, size).is_err() {
            return;
        }
        self.width = width;
        // In a wide pipe, writes need not stay apart, and are cheaper then.
        if let Some(writer) = &self.writer
            && let Ok(mut flags) = fcntl_getfl(writer)
        {
            flags.set(OFlags::DIRECT, is_narrow);
            // If it fails, the order of some writes is uncertain, or they are slower.
            let _ = fcntl_setfl(writer, flags);
        }
    }
}

/// A message of a Python about its pipes.
enum PipeMessage {
    /// The PID, whether the pipe is for standard error, and both ends of the pipe.
    Pipe(u32, bool, [File; 2]),
    /// All pipes of this PID must stay wide.
    Wide(u32),
}

/// The next message; `None` if there is none.
fn receive_message(receiver: &UnixDatagram) -> Option<PipeMessage> {
    loop {
        let mut text = [0; 32];
        let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(2))];
        let mut control = RecvAncillaryBuffer::new(&mut space);
        let flags = RecvFlags::DONTWAIT | RecvFlags::CMSG_CLOEXEC;
        let mut parts = [IoSliceMut::new(&mut text)];
        let received = match recvmsg(receiver, &mut parts, &mut control, flags) {
            Ok(received) => received,
            Err(rustix::io::Errno::INTR) => continue,
            Err(_) => return None,
        };
        let mut files = Vec::new();
        for message in control.drain() {
            if let RecvAncillaryMessage::ScmRights(sent) = message {
                files.extend(sent.map(File::from));
            }
        }
        let words = str::from_utf8(&text[..received.bytes]).unwrap_or_default();
        let Some((Ok(owner), what)) = words.split_once(' ').map(|(pid, what)| (pid.parse(), what))
        else {
            continue;
        };
        match (what, files.try_into()) {
            ("wide", _) => return Some(PipeMessage::Wide(owner)),
            (stream, Ok(ends)) => return Some(PipeMessage::Pipe(owner, stream == "2", ends)),
            // Any process of the user can send nonsense.
            _ => {}
        }
    }
}
