//! What XML reports have in common.

use std::collections::BTreeMap;
use std::io;

use quick_xml::Writer;
use quick_xml::events::{BytesDecl, Event};

use super::neutral::neutralize;
use super::place::Place;
use super::{Report, path};
use crate::finding::Finding;

/// A writer behind the XML declaration.
pub(super) fn writer(out: &mut dyn io::Write) -> io::Result<Writer<&mut dyn io::Write>> {
    let mut writer = Writer::new_with_indent(out, b' ', 2);
    writer.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
    Ok(writer)
}

/// The findings by file, by path from the root.
pub(super) fn by_file<'a>(report: &Report<'a>) -> BTreeMap<String, Vec<(&'a Finding, Place<'a>)>> {
    let mut files: BTreeMap<String, Vec<(&Finding, Place<'_>)>> = BTreeMap::new();
    for finding in report.findings {
        let Some(place) = Place::of(report, finding.primary.at) else { continue };
        files.entry(path::from_root(place.file, report.root)).or_default().push((finding, place));
    }
    files
}

/// Text without what XML 1.0 forbids even when escaped: control characters and the two
/// that are none. Attributes lose their line breaks when they are read, so does this.
pub(super) fn text(text: &str) -> String {
    neutralize(text).replace(['\u{fffe}', '\u{ffff}'], "\u{fffd}")
}
