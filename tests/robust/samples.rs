//! The texts of the repository: fixtures, examples of the pages, samples of syntax.

use std::fs;
use std::path::{Path, PathBuf};

/// Extension and text of every sample, in order of their paths.
pub(crate) fn samples() -> Vec<(String, String)> {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    let mut paths = Vec::new();
    for folder in ["fixtures", "src/rules", "tests/syntax"] {
        find(&root.join(folder), &mut paths);
    }
    paths.sort();
    let texts = paths.iter().flat_map(|path| {
        let text = fs::read_to_string(path).unwrap();
        let extension = path.extension().unwrap().to_str().unwrap();
        if extension == "md" { examples(&text) } else { vec![(extension.to_string(), text)] }
    });
    texts.collect()
}

fn find(folder: &Path, paths: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let rule = path.components().any(|c| c.as_os_str() == "src");
        if path.is_dir() {
            find(&path, paths);
        } else if let Some(extension) = path.extension().and_then(|e| e.to_str())
            && (["py", "ts", "tsx", "js", "md"].contains(&extension) || extension == "rs" && !rule)
        {
            paths.push(path);
        }
    }
}

/// The fenced examples of a page.
fn examples(page: &str) -> Vec<(String, String)> {
    let mut examples: Vec<(String, String)> = Vec::new();
    let mut open = false;
    for line in page.lines() {
        match line.strip_prefix("```") {
            Some("") => open = false,
            Some(info) => {
                let extension = match info.split([' ', ',']).next() {
                    Some("python") => "py",
                    Some("typescript" | "ts") => "ts",
                    Some("tsx") => "tsx",
                    Some("javascript" | "js") => "js",
                    Some("rust") => "rs",
                    _ => continue,
                };
                open = true;
                examples.push((extension.to_string(), String::new()));
            }
            None if open => {
                if let Some((_, text)) = examples.last_mut() {
                    text.push_str(line);
                    text.push('\n');
                }
            }
            None => {}
        }
    }
    examples
}
