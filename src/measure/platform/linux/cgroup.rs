//! The processor quota of the control groups that this process is in.
//!
//! A group's quota binds everything below it, so the smallest one between our own group and the mount's root
//! counts. Both versions are read: many machines mount both, and only one of them has the `cpu` controller.

use std::{
    fs,
    path::{Component, Path, PathBuf},
};

/// Processor seconds per second that the groups allow. `None` without a quota, or if nothing can be read.
///
/// `root` is the root of the file system, or a folder in tests.
pub fn read_quota(root: &Path) -> Option<f64> {
    let groups = fs::read_to_string(root.join("proc/self/cgroup")).ok()?;
    let mounts = fs::read_to_string(root.join("proc/self/mountinfo")).ok()?;
    [CgroupVersion::One, CgroupVersion::Two]
        .into_iter()
        .filter_map(|version| {
            let group = own_group(&groups, version)?;
            let mount = find_mount(&mounts, version)?;
            least_quota(root, &mount, &group, version)
        })
        .reduce(f64::min)
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum CgroupVersion {
    One,
    Two,
}

/// Where a hierarchy is mounted, and which of its groups is the mount's root.
#[derive(Debug, PartialEq)]
struct CgroupMount {
    group: PathBuf,
    point: PathBuf,
}

fn least_quota(
    root: &Path,
    mount: &CgroupMount,
    group: &Path,
    version: CgroupVersion,
) -> Option<f64> {
    let top = root.join(mount.point.strip_prefix("/").ok()?);
    // In a container the mount may show only our group. Then the path in `/proc` is above it or beside it.
    let below = group.strip_prefix(&mount.group).unwrap_or(Path::new(""));
    if below.components().any(|part| part == Component::ParentDir) {
        return quota_of(&top, version);
    }
    let own = top.join(below);
    own.ancestors()
        .take_while(|folder| folder.starts_with(&top))
        .filter_map(|folder| quota_of(folder, version))
        .reduce(f64::min)
}

fn quota_of(folder: &Path, version: CgroupVersion) -> Option<f64> {
    let read = |file: &str| fs::read_to_string(folder.join(file)).ok();
    match version {
        CgroupVersion::Two => parse_cpu_max(&read("cpu.max")?),
        CgroupVersion::One => {
            parse_cfs_quota(&read("cpu.cfs_quota_us")?, &read("cpu.cfs_period_us")?)
        }
    }
}

/// Our group, from `/proc/self/cgroup`: lines of `number:controllers:/path`.
fn own_group(groups: &str, version: CgroupVersion) -> Option<PathBuf> {
    groups.lines().find_map(|line| {
        let mut fields = line.splitn(3, ':');
        let (number, controllers, path) = (fields.next()?, fields.next()?, fields.next()?);
        let ours = match version {
            CgroupVersion::Two => number == "0" && controllers.is_empty(),
            CgroupVersion::One => has_cpu(controllers),
        };
        ours.then(|| PathBuf::from(path))
    })
}

/// The hierarchy's mount, from `/proc/self/mountinfo`:
/// `31 23 0:28 /group /mount/point options [more options]… - type source options`.
fn find_mount(mounts: &str, version: CgroupVersion) -> Option<CgroupMount> {
    mounts.lines().find_map(|line| {
        let (place, kind) = line.split_once(" - ")?;
        let (mut place, mut kind) = (place.split(' ').skip(3), kind.split(' '));
        let (group, point) = (place.next()?, place.next()?);
        let (kind, options) = (kind.next()?, kind.nth(1).unwrap_or_default());
        let ours = match version {
            CgroupVersion::Two => kind == "cgroup2",
            CgroupVersion::One => kind == "cgroup" && has_cpu(options),
        };
        ours.then(|| CgroupMount {
            group: unescape_path(group),
            point: unescape_path(point),
        })
    })
}

fn has_cpu(list: &str) -> bool {
    list.split(',').any(|controller| controller == "cpu")
}

/// `mountinfo` writes spaces and similar characters in octal: `\040`.
fn unescape_path(path: &str) -> PathBuf {
    let plain = [
        ("\\040", " "),
        ("\\011", "\t"),
        ("\\012", "\n"),
        ("\\134", "\\"),
    ]
    .into_iter()
    .fold(path.to_owned(), |path, (code, character)| {
        path.replace(code, character)
    });
    PathBuf::from(plain)
}

/// Version 2: `50000 100000`, or `max 100000`.
fn parse_cpu_max(text: &str) -> Option<f64> {
    let (quota, period) = text.trim().split_once(' ')?;
    parse_cfs_quota(quota, period)
}

/// Version 1: microseconds of processor time per period; −1 means no quota.
fn parse_cfs_quota(quota: &str, period: &str) -> Option<f64> {
    let (quota, period): (u64, u64) = (quota.trim().parse().ok()?, period.trim().parse().ok()?);
    (quota > 0 && period > 0).then(|| quota as f64 / period as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    const MOUNTS: &str = "\
22 1 254:0 / / rw,relatime - ext4 /dev/root rw
32 31 0:29 / /sys/fs/cgroup/cpu,cpuacct rw,relatime shared:9 - cgroup cgroup rw,cpu,cpuacct
36 31 0:33 / /sys/fs/cgroup/cpuset rw,relatime - cgroup cgroup rw,cpuset
41 31 0:38 / /sys/fs/cgroup/unified rw,relatime - cgroup2 cgroup2 rw
";

    /// A folder that serves as the root of a file system.
    struct FakeRoot(tempfile::TempDir);

    impl FakeRoot {
        fn new(groups: &str, mounts: &str) -> Self {
            let root = Self(tempfile::tempdir().unwrap());
            root.write("proc/self/cgroup", groups);
            root.write("proc/self/mountinfo", mounts);
            root
        }

        fn write(&self, path: &str, text: &str) {
            let path = self.0.path().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }

        fn quota(&self) -> Option<f64> {
            read_quota(self.0.path())
        }
    }

    #[test]
    fn reads_a_quota() {
        assert_eq!(parse_cpu_max("50000 100000\n"), Some(0.5));
        assert_eq!(parse_cpu_max("max 100000\n"), None);
        assert_eq!(parse_cfs_quota("250000\n", "100000\n"), Some(2.5));
        assert_eq!(parse_cfs_quota("-1\n", "100000\n"), None);
        for (quota, period) in [("0", "100000"), ("1", "0"), ("", ""), ("x", "1")] {
            assert_eq!(parse_cfs_quota(quota, period), None, "{quota} {period}");
        }
        assert_eq!(parse_cpu_max("50000"), None);
    }

    #[test]
    fn finds_the_group_that_holds_the_processor() {
        let groups = "9:name=systemd:/\n4:cpuset:/no\n3:cpu,cpuacct:/yes:with:colons\n0::/two\n";
        assert_eq!(
            own_group(groups, CgroupVersion::One),
            Some("/yes:with:colons".into())
        );
        assert_eq!(own_group(groups, CgroupVersion::Two), Some("/two".into()));
        assert_eq!(own_group("4:cpuset:/no\n", CgroupVersion::One), None);
        assert_eq!(own_group("garbage", CgroupVersion::Two), None);
    }

    #[test]
    fn finds_the_mount_of_each_version() {
        let one = find_mount(MOUNTS, CgroupVersion::One).unwrap();
        assert_eq!(one.point, Path::new("/sys/fs/cgroup/cpu,cpuacct"));
        let two = find_mount(MOUNTS, CgroupVersion::Two).unwrap();
        assert_eq!(two.point, Path::new("/sys/fs/cgroup/unified"));
        assert_eq!(find_mount("1 2 3\n", CgroupVersion::Two), None);
        assert_eq!(unescape_path("/a\\040b"), Path::new("/a b"));
    }

    #[test]
    fn the_least_quota_on_the_way_up_counts() {
        let root = FakeRoot::new(
            "0::/class/student\n",
            "1 0 0:1 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw\n",
        );
        root.write("sys/fs/cgroup/class/student/cpu.max", "max 100000\n");
        assert_eq!(root.quota(), None);
        root.write("sys/fs/cgroup/class/cpu.max", "150000 100000\n");
        assert_eq!(root.quota(), Some(1.5));
        root.write("sys/fs/cgroup/class/student/cpu.max", "400000 100000\n");
        assert_eq!(
            root.quota(),
            Some(1.5),
            "the group above is the stricter one"
        );
        root.write("sys/fs/cgroup/class/student/cpu.max", "20000 100000\n");
        assert_eq!(root.quota(), Some(0.2));
    }

    #[test]
    fn version_one_is_read_beside_an_empty_version_two() {
        let root = FakeRoot::new("2:cpu,cpuacct:/lab\n0::/\n", MOUNTS);
        root.write("sys/fs/cgroup/cpu,cpuacct/lab/cpu.cfs_quota_us", "50000\n");
        root.write(
            "sys/fs/cgroup/cpu,cpuacct/lab/cpu.cfs_period_us",
            "100000\n",
        );
        assert_eq!(root.quota(), Some(0.5));
    }

    #[test]
    fn a_container_sees_only_its_own_group() {
        let mounts = "1 0 0:1 /docker/abc /sys/fs/cgroup/cpu ro - cgroup cgroup rw,cpu\n";
        let root = FakeRoot::new("4:cpu:/docker/abc\n", mounts);
        root.write("sys/fs/cgroup/cpu/cpu.cfs_quota_us", "300000");
        root.write("sys/fs/cgroup/cpu/cpu.cfs_period_us", "100000");
        assert_eq!(root.quota(), Some(3.0));
    }

    #[test]
    fn a_group_above_the_mount_does_not_lead_out_of_it() {
        let root = FakeRoot::new("0::/../../etc\n", "1 0 0:1 / /cg rw - cgroup2 cgroup2 rw\n");
        root.write("cg/cpu.max", "100000 100000");
        root.write("etc/cpu.max", "1000 100000");
        assert_eq!(root.quota(), Some(1.0));
    }

    #[test]
    fn without_proc_there_is_no_quota() {
        let empty = tempfile::tempdir().unwrap();
        assert_eq!(read_quota(empty.path()), None);
    }
}
