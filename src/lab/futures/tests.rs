use super::*;

fn result(pid: u32, worker: &str, cpu_s: Option<f64>) -> TaskResult {
    let usage = ResourceUsage {
        cpu_s,
        voluntary_switches: Some(2),
        tasks: 1,
        ..ResourceUsage::default()
    };
    let work = worker_group::WorkerResult {
        finished_ns: 0,
        usage,
        checksum: 1,
        gil_wait: None,
        spans: crate::record::WorkSpans::default(),
    };
    TaskResult {
        pid,
        tid: None,
        worker: worker.to_owned(),
        work: Some(work),
    }
}

#[test]
fn the_tasks_of_a_worker_are_added_up() {
    let waited = TaskResult {
        work: None,
        ..result(9, "Thread-9", None)
    };
    let results = [
        result(7, "Thread-2", Some(0.5)),
        result(7, "Thread-1", None),
        result(7, "Thread-2", Some(0.25)),
        waited,
    ];
    let shares = collect_shares(&results);
    let names: Vec<&str> = shares.iter().map(|share| share.name.as_str()).collect();
    assert_eq!(names, ["Thread-1", "Thread-2"]);
    let usage = &shares[1].usage;
    assert_eq!((usage.cpu_s, usage.tasks), (Some(0.75), 2));
    assert_eq!(usage.voluntary_switches, Some(4));
    assert_eq!(shares[0].usage.cpu_s, None, "what is not known stays so");
}
