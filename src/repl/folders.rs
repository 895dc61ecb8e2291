//! The folders of the user's files: XDG folders on Linux, the native ones on macOS and Windows.

use std::path::PathBuf;

use etcetera::{AppStrategy, AppStrategyArgs, app_strategy::choose_native_strategy};

/// A file that grows with use: the history. `None` if the user has no home.
pub fn data_file(name: &str) -> Option<PathBuf> {
    folder_strategy().map(|folders| folders.in_data_dir(name))
}

/// A file that the user writes: the configuration. `None` if the user has no home.
pub fn config_file(name: &str) -> Option<PathBuf> {
    folder_strategy().map(|folders| folders.in_config_dir(name))
}

/// A file that keeps answers of the user. `None` if the user has no home.
pub fn state_file(name: &str) -> Option<PathBuf> {
    let folders = folder_strategy()?;
    folders
        .in_state_dir(name)
        .or_else(|| Some(folders.in_data_dir(name)))
}

/// A folder of files that can be made again. `None` if the user has no home.
pub fn cache_folder(name: &str) -> Option<PathBuf> {
    folder_strategy().map(|folders| folders.in_cache_dir(name))
}

fn folder_strategy() -> Option<impl AppStrategy> {
    choose_native_strategy(AppStrategyArgs {
        top_level_domain: "org".to_owned(),
        author: "forklore".to_owned(),
        app_name: "forklore".to_owned(),
    })
    .ok()
}
