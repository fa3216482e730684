//! The shape of an `.ipynb` file.

use std::borrow::Cow;

use serde::Deserialize;
use serde_json::value::RawValue;

/// A notebook file; what is not named here is passed over.
#[derive(Deserialize)]
pub(super) struct File<'a> {
    #[serde(borrow)]
    cells: Option<Vec<RawCell<'a>>>,
    /// Version 3.
    #[serde(borrow)]
    worksheets: Option<Vec<Worksheet<'a>>>,
    #[serde(default)]
    metadata: Metadata,
}

#[derive(Deserialize)]
struct Worksheet<'a> {
    #[serde(borrow, default)]
    cells: Vec<RawCell<'a>>,
}

#[derive(Deserialize, Default)]
struct Metadata {
    kernelspec: Option<KernelSpec>,
    language_info: Option<LanguageInfo>,
}

#[derive(Deserialize)]
struct KernelSpec {
    language: Option<String>,
}

#[derive(Deserialize)]
struct LanguageInfo {
    name: Option<String>,
}

/// A cell whose source is still JSON text.
#[derive(Deserialize)]
pub(super) struct RawCell<'a> {
    #[serde(borrow)]
    cell_type: Cow<'a, str>,
    #[serde(borrow)]
    source: Option<&'a RawValue>,
    /// The source in version 3.
    #[serde(borrow)]
    input: Option<&'a RawValue>,
    /// Version 3.
    language: Option<String>,
    #[serde(default)]
    metadata: CellMetadata,
}

#[derive(Deserialize, Default)]
struct CellMetadata {
    vscode: Option<EditorMetadata>,
}

#[derive(Deserialize)]
struct EditorMetadata {
    #[serde(rename = "languageId")]
    language: Option<String>,
}

impl<'a> File<'a> {
    /// All cells, of version 4 or 3. `None` when it is no notebook.
    pub(super) fn cells(&self) -> Option<Vec<&RawCell<'a>>> {
        match (&self.cells, &self.worksheets) {
            (Some(cells), _) => Some(cells.iter().collect()),
            (None, Some(sheets)) => Some(sheets.iter().flat_map(|sheet| &sheet.cells).collect()),
            (None, None) => None,
        }
    }

    /// The language of its kernel.
    pub(super) fn language(&self) -> Option<&str> {
        let info = self.metadata.language_info.as_ref().and_then(|info| info.name.as_deref());
        info.or_else(|| self.metadata.kernelspec.as_ref().and_then(|kernel| kernel.language.as_deref()))
    }
}

pub(super) fn is_python(language: &str) -> bool {
    matches!(
        language.to_ascii_lowercase().as_str(),
        "python" | "python3" | "python2" | "ipython" | "coconut" | ""
    )
}

impl<'a> RawCell<'a> {
    /// The source of a code cell, unless it is marked as another language.
    pub(super) fn python_source(&self) -> Option<&'a RawValue> {
        let editor = self.metadata.vscode.as_ref().and_then(|v| v.language.as_deref());
        let languages = [self.language.as_deref(), editor];
        let python = self.cell_type == "code" && languages.into_iter().flatten().all(is_python);
        self.source.or(self.input).filter(|_| python)
    }
}
