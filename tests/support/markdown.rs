//! Code fences of rule pages.

/// A fence with what stands around it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Fence {
    /// First word of the info string.
    pub(crate) language: String,
    /// Text between the fences.
    pub(crate) text: String,
    /// Lines of the page before the text.
    pub(crate) offset: u32,
    /// The `###` heading above it, if any.
    pub(crate) section: String,
}

/// All fences of a page.
pub(crate) fn fences(page: &str) -> Vec<Fence> {
    let mut fences = Vec::new();
    let mut open: Option<Fence> = None;
    let mut section = String::new();
    for (index, line) in page.lines().enumerate() {
        let info = line.trim_start().strip_prefix("```");
        match (&mut open, info) {
            (Some(_), Some(_)) => fences.extend(open.take()),
            (Some(fence), None) => {
                fence.text.push_str(line);
                fence.text.push('\n');
            }
            (None, Some(info)) => {
                let language = info.split_whitespace().next().unwrap_or_default().to_string();
                let offset = index as u32 + 1;
                open = Some(Fence { language, text: String::new(), offset, section: section.clone() });
            }
            (None, None) => {
                if line.starts_with("## ") {
                    section.clear();
                } else if let Some(heading) = line.strip_prefix("### ") {
                    section = heading.trim().to_string();
                }
            }
        }
    }
    assert!(open.is_none(), "a code fence is not closed:\n{page}");
    fences
}

/// The path under which a fence is linted where it names none; `None` for other languages.
pub(crate) fn default_path(language: &str) -> Option<&'static str> {
    Some(match language {
        "python" | "py" => "src/app.py",
        "typescript" | "ts" => "src/app.ts",
        "tsx" => "src/app.tsx",
        "javascript" | "js" => "src/app.js",
        "jsx" => "src/app.jsx",
        "rust" | "rs" => "src/app.rs",
        _ => return None,
    })
}
