//! From the start of a program to the recording of it.

use std::time::{Duration, Instant};

use super::{
    Command, Env, ObserveError, Program, facts,
    facts::Ended,
    keep::{self, Adopting, Ending},
    launch::{Launch, Private},
    lives::Kind,
    printed::Inbox,
    scene::Scene,
    timeline,
    told::Lines,
    watch::Watch,
};
use crate::{
    measure::{self, clock},
    mp::Process,
    python::{Attended, Channel, ProgramError, attend},
    record::{Backend, Outcome, Params, Recorder, Recording, Times, What},
};

/// How long those that live on have to end by themselves.
const GRACE: Duration = Duration::from_secs(1);

/// What ends that soon after the main process ended with it.
const TOGETHER: Duration = Duration::from_millis(100);

/// How long those that were killed are waited for. What hangs in the system never ends.
const AFTER_KILL: Duration = Duration::from_secs(10);

/// No limit.
const FOR_EVER: Duration = Duration::from_secs(u64::MAX / 4);

/// Runs a program to its end and watches it, without changing it. It is ended, with all that it started, when its
/// time is over, when `stopped` says so, and when we end.
///
/// # Errors
/// If it cannot be started. What goes wrong with the program itself is in the recording.
pub fn run(program: &Program, env: Env) -> Result<Recording, ObserveError> {
    let private = Private::create()?;
    let launch = Launch::of(program, &private)?;
    let path = private.pipe();
    let channel = Channel::create(&path).map_err(|source| ProgramError::Folder {
        path: path.clone(),
        source,
    })?;
    channel.widen();
    let recorder = Recorder::new(env.observer);
    let began = clock::now_ns();
    let is_python = matches!(program.command, Command::Script { .. });
    let interpreter = match &program.command {
        Command::Script { python, .. } => Some(python.interpreter.clone()),
        Command::Other { .. } => None,
    };
    recorder.emit(What::RunStarted {
        demo: "try".to_owned(),
        params: Params::default(),
        interpreter,
    });
    let adopting = Adopting::begin();
    let mut process = launch.plan.clone().process(&env.mp, &launch.name);
    process.set_spares_others(true);
    let inbox = Inbox::of(&mut process);
    process.start().map_err(|source| ObserveError::Start {
        name: launch.name.clone(),
        source: Box::new(source),
    })?;
    recorder.emit(What::TrialStarted {
        backend: Backend::Try,
        trial: Some(0),
    });
    let main = process.pid().unwrap_or_default();
    let scene = Scene::new(recorder, began, main, &launch.name, is_python);
    let mut show = Show {
        process,
        channel,
        inbox,
        lines: Lines::default(),
        watch: Watch::new(main, path.to_string_lossy().into_owned()),
        ending: Ending::of(main),
        scene,
        lost_lines: 0,
        buffer: vec![0; 64 * 1024],
    };
    let stopped = &*env.stopped;
    let end = show.play(program.limit, stopped);
    drop(adopting);
    Ok(Recording::new(
        env.machine,
        show.recorded(end, &launch, program.limit),
    ))
}

/// How it went.
struct End {
    attended: Attended,
    why: Option<String>,
    wall_s: f64,
    outlived: Vec<(u32, String)>,
    is_gone: bool,
    own_cpu_s: Option<f64>,
}

/// A running program and those who watch it.
struct Show {
    process: Process,
    channel: Channel,
    inbox: Inbox,
    lines: Lines,
    watch: Watch,
    ending: Ending,
    scene: Scene,
    lost_lines: usize,
    buffer: Vec<u8>,
}

impl Show {
    /// From its start to the end of the last process.
    fn play(&mut self, limit: Option<Duration>, stopped: &dyn Fn() -> Option<String>) -> End {
        let began = Instant::now();
        let own = measure::own_cpu();
        let attended = self.attend(limit.unwrap_or(FOR_EVER), &|| stopped().is_some());
        let wall_s = began.elapsed().as_secs_f64();
        let why = stopped();
        let has_ended = attended == Attended::Ended && why.is_none();
        let outlived = if has_ended {
            self.wait_for_others(&|| stopped().is_some())
        } else {
            Vec::new()
        };
        let is_gone = self.end_all();
        let now = self.scene.now_ns();
        self.read_all();
        if let Some(life) = self.scene.lives.get_mut(self.scene.main) {
            life.exitcode = self.process.exitcode();
            life.cpu = life
                .cpu
                .max(self.process.usage().and_then(|usage| usage.cpu));
        }
        self.scene.lives.gone(self.scene.main, now);
        self.scene.finish_lines(true);
        self.scene.announce();
        let own_cpu_s = own.and_then(|before| {
            let used = measure::own_cpu()?.checked_sub(before)?;
            Some(used.as_secs_f64())
        });
        End {
            attended: if why.is_some() {
                Attended::Stopped
            } else {
                attended
            },
            why,
            wall_s,
            outlived,
            is_gone,
            own_cpu_s,
        }
    }

    /// Watches until the main process has ended, or must.
    fn attend(&mut self, limit: Duration, stopped: &dyn Fn() -> bool) -> Attended {
        // The process is lent to whoever waits for it, the rest to each round.
        let Self {
            process,
            channel,
            inbox,
            lines,
            watch,
            ending,
            scene,
            lost_lines,
            buffer,
        } = self;
        let mut eyes = Eyes {
            channel,
            inbox,
            lines,
            watch,
            scene,
            lost_lines,
            buffer,
        };
        let attended = attend(process, limit, stopped, |round| eyes.round(ending, round));
        let now = scene.now_ns();
        if attended == Attended::Ended {
            if let Some(life) = scene.lives.get_mut(scene.main) {
                life.exitcode = process.exitcode();
                life.lived(now);
            }
            scene.lives.gone(scene.main, now);
        }
        attended
    }

    fn eyes(&mut self) -> Eyes<'_> {
        Eyes {
            channel: &mut self.channel,
            inbox: &self.inbox,
            lines: &mut self.lines,
            watch: &mut self.watch,
            scene: &mut self.scene,
            lost_lines: &mut self.lost_lines,
            buffer: &mut self.buffer,
        }
    }

    /// The main process has ended: lets the others end too, for a while. Those that did not end with it.
    fn wait_for_others(&mut self, stopped: &dyn Fn() -> bool) -> Vec<(u32, String)> {
        let began = Instant::now();
        let nobody = Ending::none();
        let mut outlived = None;
        loop {
            self.eyes().look();
            let left = self.living();
            let others = left.iter().filter(|(_, _, kind)| *kind != Kind::Helper);
            let others: Vec<(u32, String)> =
                others.map(|(pid, name, _)| (*pid, name.clone())).collect();
            if began.elapsed() >= TOGETHER {
                outlived.get_or_insert(others);
            } else if others.is_empty() {
                outlived.get_or_insert(Vec::new());
            }
            let is_over = left.is_empty() || began.elapsed() >= GRACE || stopped();
            if is_over {
                return outlived.unwrap_or_default();
            }
            self.eyes().round(&nobody, Duration::from_millis(10));
        }
    }

    fn living(&self) -> Vec<(u32, String, Kind)> {
        let all = self.scene.lives.all().iter();
        let living = all.filter(|life| life.gone_ns.is_none());
        living
            .map(|life| (life.pid, life.shown_name().to_owned(), life.kind))
            .collect()
    }

    /// Nobody of the program lives on; `false` if somebody does all the same.
    fn end_all(&mut self) -> bool {
        let until = Instant::now() + AFTER_KILL;
        // The group at once, as far as its leader is there; the others one by one.
        let _ = self.process.kill();
        loop {
            self.eyes().look();
            let left: Vec<(u32, Option<u64>)> = {
                let all = self.scene.lives.all().iter();
                let living = all.filter(|life| life.gone_ns.is_none());
                living.map(|life| (life.pid, life.began)).collect()
            };
            let main_is_gone = !self.process.is_alive();
            if left.is_empty() && main_is_gone {
                // Waits for what it printed last, too.
                return self.process.join_timeout(Duration::ZERO).unwrap_or(true);
            }
            if Instant::now() >= until {
                return false;
            }
            for (pid, began) in left {
                keep::end(pid, began);
            }
            let nobody = Ending::none();
            self.eyes().round(&nobody, Duration::from_millis(2));
        }
    }

    /// Reads what is still in the pipes.
    fn read_all(&mut self) {
        let until = Instant::now() + GRACE;
        while self.eyes().read() && Instant::now() < until {}
        self.eyes().take_raw();
    }

    /// The recording's events.
    fn recorded(
        self,
        end: End,
        launch: &Launch,
        limit: Option<Duration>,
    ) -> Vec<crate::record::Event> {
        self.note(&end, launch);
        let timed_out = end.attended == Attended::TooLong;
        let ended = Ended {
            wall_s: end.wall_s,
            timed_out,
            outlived: end.outlived.len(),
            own_cpu_s: end.own_cpu_s,
            shown: launch.shown.clone(),
        };
        let scene = &self.scene;
        let mut last = Vec::new();
        if end.why.is_none() {
            last.push(What::TrialFinished {
                backend: Backend::Try,
                trial: Some(0),
                times: Times {
                    startup_s: 0.0,
                    work_s: end.wall_s,
                    total_s: end.wall_s,
                    cpu_s: facts::cpu_s(scene),
                },
            });
        }
        last.extend(facts::observed(scene, &ended));
        let outcome = match (end.why, limit) {
            (Some(why), _) => Outcome::Partial(why),
            (None, Some(limit)) if timed_out => {
                Outcome::Partial(format!("time limit of {} s", limit.as_secs_f64()))
            }
            _ => Outcome::Complete,
        };
        let finished = What::RunFinished { outcome };
        let live = scene.recorder.events();
        scene.recorder.emit(finished.clone());
        last.push(finished);
        timeline::settled(scene, live, last)
    }

    /// What a reader must know.
    fn note(&self, end: &End, launch: &Launch) {
        let scene = &self.scene;
        let note = |text: String| scene.recorder.emit(What::Noted { text });
        if !end.outlived.is_empty() {
            note(lived_on(&end.outlived));
        }
        if !end.is_gone {
            note(
                "a process of the program could not be ended: the system holds on to it".to_owned(),
            );
        }
        if launch.has_no_input && scene.wanted_input {
            note(
                "the program reads its standard input, which is empty here: give it some, as in \
                 `echo 3 | forklore try my.py`"
                    .to_owned(),
            );
        }
        let dropped = scene.room.dropped + self.lost_lines;
        if dropped > 0 {
            note(format!(
                "the program printed {dropped} more lines than a recording takes"
            ));
        }
        if scene.lives.missed > 0 {
            let missed = scene.lives.missed;
            note(format!(
                "the program started many processes: {missed} times there was no room for one more in the recording"
            ));
        }
        if scene.lost_facts > 0 || self.lines.wrong > 0 {
            let lost = scene.lost_facts + self.lines.wrong;
            note(format!(
                "{lost} things that Python told could not be kept or read"
            ));
        }
    }
}

fn lived_on(outlived: &[(u32, String)]) -> String {
    let named = outlived.iter().take(5);
    let mut names: Vec<String> = named
        .map(|(pid, name)| format!("{name} (PID {pid})"))
        .collect();
    if outlived.len() > names.len() {
        names.push(format!("{} more", outlived.len() - names.len()));
    }
    let (who, was) = match outlived.len() {
        1 => ("1 process", "was"),
        _ => ("processes", "were"),
    };
    let who = match outlived.len() {
        1 => who.to_owned(),
        count => format!("{count} {who}"),
    };
    format!(
        "{who} lived on when the main process had ended, and {was} ended: {}",
        names.join(", ")
    )
}

/// Those who watch and listen.
struct Eyes<'s> {
    channel: &'s mut Channel,
    inbox: &'s Inbox,
    lines: &'s mut Lines,
    watch: &'s mut Watch,
    scene: &'s mut Scene,
    lost_lines: &'s mut usize,
    buffer: &'s mut [u8],
}

impl Eyes<'_> {
    /// One round: listens for at most so long, or until the next look is due, and looks.
    fn round(&mut self, ending: &Ending, limit: Duration) {
        let limit = limit.min(self.watch.due_in());
        if ending.wait(self.channel, limit) {
            self.read();
        }
        self.take_raw();
        if self.watch.due_in().is_zero() {
            self.look();
        }
    }

    /// Reads once what the hooks told; whether there was something.
    fn read(&mut self) -> bool {
        let count = self.channel.read(self.buffer).unwrap_or(0);
        let scene = &mut *self.scene;
        self.lines
            .take(&self.buffer[..count], |told| scene.told(told));
        count > 0
    }

    fn take_raw(&mut self) {
        let (lines, dropped) = self.inbox.empty();
        *self.lost_lines += dropped;
        for line in lines {
            self.scene.raw(line);
        }
    }

    fn look(&mut self) {
        let now = self.scene.now_ns();
        self.watch.look(&mut self.scene.lives, now);
        self.scene.finish_lines(false);
        self.scene.announce();
    }
}
