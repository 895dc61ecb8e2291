use super::*;
use crate::memory;

#[test]
fn cells_are_the_bytes_of_the_memory() {
    let memory = memory::copy_to_shared_memory(&[1, 0, 0, 0, 2, 1, 0, 0]).unwrap();
    let cells = SharedCells::<AtomicU32>::new(memory).unwrap();
    let values: Vec<u32> = cells
        .as_slice()
        .iter()
        .map(|cell| cell.load(Relaxed))
        .collect();
    assert_eq!(values, [1, 258].map(u32::to_le));
}

#[test]
fn two_mappings_are_one_memory() {
    let memory = memory::create_zeroed_memory(16).unwrap();
    let here = SharedCells::<AtomicU64>::new(memory.clone()).unwrap();
    let there = SharedCells::<AtomicU64>::new(memory).unwrap();
    here.as_slice()[1].store(7, Relaxed);
    assert_eq!(there.as_slice()[1].load(Relaxed), 7);
}

#[test]
fn a_size_that_does_not_fit_is_refused() {
    assert!(SharedCells::<AtomicU64>::new(memory::create_zeroed_memory(12).unwrap()).is_none());
}

#[test]
fn a_block_is_written_only_while_its_contents_are_not_held() {
    let memory = memory::create_zeroed_memory(2 * BLOCK_TRAILER).unwrap();
    let there = SharedBlock::new(memory.clone()).unwrap();
    let here = SharedBlock::new(memory).unwrap();
    let mut writer = BlockWriter::claim(&here).unwrap();
    assert!(BlockWriter::claim(&there).is_none());
    writer.as_mut_slice()[0] = 7;
    let sent = writer.into_reader();
    sent.add_hold();
    drop(sent);
    assert!(BlockWriter::claim(&here).is_none());
    let received = BlockReader::take_over(there);
    assert_eq!(received.as_slice()[0], 7);
    drop((received.clone(), received));
    assert!(BlockWriter::claim(&here).is_some());
}

#[cfg(target_os = "linux")]
#[test]
fn both_ends_of_a_channel_have_a_descriptor() {
    let (sender, receiver) = ipc_channel::ipc::channel::<u8>().unwrap();
    let (sender, receiver) = (WatchedEnd::new(sender), WatchedEnd::new(receiver));
    let mut ready = [rustix::event::PollFd::from_borrowed_fd(
        receiver.descriptor().unwrap(),
        rustix::event::PollFlags::IN,
    )];
    let now = rustix::event::Timespec {
        tv_sec: 0,
        tv_nsec: 0,
    };
    assert_eq!(rustix::event::poll(&mut ready, Some(&now)), Ok(0));
    assert!(sender.descriptor().is_some());
    sender.end().send(1).unwrap();
    assert_eq!(rustix::event::poll(&mut ready, Some(&now)), Ok(1));
}

#[cfg(target_os = "linux")]
#[test]
fn a_process_with_several_threads_is_not_forked() {
    let (leave, wait) = std::sync::mpsc::channel::<()>();
    let other = std::thread::spawn(move || wait.recv());
    let refused = check_single_thread().unwrap_err();
    assert!(refused.to_string().contains("more than one thread"));
    drop(leave);
    let _ = other.join();
}

#[cfg(target_os = "linux")]
#[test]
fn an_open_descriptor_is_not_closed() {
    use std::os::fd::AsRawFd;

    let (reader, writer) = std::io::pipe().unwrap();
    let [first, second] = [reader.as_raw_fd(), writer.as_raw_fd()];
    assert!(!are_closed(first..first + 1) && !are_closed(second..second + 1));
    assert!(are_closed(1_000_000_000..1_000_000_020));
}

#[cfg(target_os = "linux")]
#[test]
fn a_strange_debug_text_names_no_descriptor() {
    let texts = [
        "",
        "End { fd: 7 }",
        "End { fd: Cell { value: -1 } }",
        "End { fd: Cell { value: x } }",
    ];
    assert!(texts.iter().all(|text| number_in(text).is_none()));
    assert_eq!(
        number_in("End { fd: Cell { value: 12 }, phantom: () }"),
        Some(12)
    );
}

#[test]
fn no_memory_is_no_cells() {
    let cells = SharedCells::<AtomicU64>::new(memory::create_zeroed_memory(0).unwrap()).unwrap();
    assert!(cells.as_slice().is_empty());
}
