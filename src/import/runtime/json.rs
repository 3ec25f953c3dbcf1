//! Traces in JSON, read a span at a time however long the file is: OpenTelemetry's, Jaeger's and Zipkin's.

use std::{
    fmt,
    io::{BufRead, BufReader, Read as _},
};

use rustc_hash::FxHashMap;
use serde::{
    Deserialize,
    de::{DeserializeSeed, Deserializer, Error as _, IgnoredAny, MapAccess, SeqAccess, Visitor},
};

use super::{
    attributes::{enter, fill_in, hashed},
    reading::Reading,
    spans::{SpanKind, ToldSpan},
};

/// A first line that is longer is no document by itself, but the whole file.
const LONGEST_LINE: u64 = 16 << 20;

/// Reads a file of traces: one document, or one a line.
pub(super) fn read(mut file: impl BufRead, reading: &mut Reading<'_>) {
    let mut first = Vec::new();
    if let Err(error) = (&mut file).take(LONGEST_LINE).read_until(b'\n', &mut first) {
        return reading.broken(1, &error.to_string());
    }
    if has_document(&first) {
        read_lines(first, file, reading);
    } else {
        read_documents(BufReader::new(first.as_slice().chain(file)), reading);
    }
}

/// Whether documents stand in lines: the first one is whole, or is no document at all, as loggers begin.
fn has_document(line: &[u8]) -> bool {
    let document = after_prefix(line);
    document.is_empty() || serde_json::from_slice::<IgnoredAny>(document).is_ok()
}

/// The document in a line: loggers put times and levels before it.
fn after_prefix(line: &[u8]) -> &[u8] {
    let line = line.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(line).trim_ascii();
    if line.starts_with(b"{") || line.starts_with(b"[") {
        return line;
    }
    let at = line.windows(2).position(|two| two == b"{\"");
    at.map_or(&[], |at| &line[at..])
}

fn read_lines(first: Vec<u8>, mut file: impl BufRead, reading: &mut Reading<'_>) {
    let mut line = first;
    let mut number = 1;
    loop {
        let document = after_prefix(&line);
        if !document.is_empty()
            && let Err(error) = read_document(document, reading)
        {
            reading.broken(number, &error.to_string());
        }
        line.clear();
        number += 1;
        match file.read_until(b'\n', &mut line) {
            Ok(0) => return,
            Ok(_) if reading.cancelled() => return,
            Ok(_) => {}
            Err(error) => return reading.broken(number, &error.to_string()),
        }
    }
}

fn read_document(document: &[u8], reading: &mut Reading<'_>) -> serde_json::Result<()> {
    let mut deserializer = serde_json::Deserializer::from_slice(document);
    Document { reading }.deserialize(&mut deserializer)?;
    deserializer.end()
}

/// Documents one after the other, wherever their lines end. After an error nothing is known to be whole any more.
fn read_documents(file: impl BufRead, reading: &mut Reading<'_>) {
    let mut deserializer = serde_json::Deserializer::from_reader(file);
    loop {
        if reading.cancelled() {
            return;
        }
        match (Document { reading }).deserialize(&mut deserializer) {
            Ok(()) => {}
            // The end of the file is where another document could have begun.
            Err(error) if error.is_eof() && deserializer.end().is_ok() => return,
            Err(error) => {
                let line = u32::try_from(error.line()).unwrap_or(u32::MAX);
                return reading.broken(line, &error.to_string());
            }
        }
    }
}

/// Whatever holds spans, at any depth: a request, a part of one, a trace, a list of these; or a span itself.
struct Document<'r, 'a> {
    reading: &'r mut Reading<'a>,
}

impl<'de> DeserializeSeed<'de> for Document<'_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Document<'_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("traces")
    }

    fn visit_unit<E: serde::de::Error>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<(), A::Error> {
        let reading = self.reading;
        while items.next_element_seed(Document { reading: &mut *reading })?.is_some() {
            if reading.cancelled() {
                return Err(A::Error::custom("cancelled"));
            }
        }
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let reading = self.reading;
        let first = reading.spans.len();
        let mut fields = Fields::default();
        while let Some(key) = map.next_key::<String>()? {
            match key.as_str() {
                "resourceSpans"
                | "resource_spans"
                | "scopeSpans"
                | "scope_spans"
                | "instrumentationLibrarySpans"
                | "instrumentation_library_spans"
                | "spans"
                | "data"
                | "batches"
                | "traces" => {
                    map.next_value_seed(Document { reading: &mut *reading })?;
                }
                key => fields.take(key, &mut map)?,
            }
        }
        fields.finish(first, reading);
        Ok(())
    }
}

/// The fields of one object that may be a span, or hold some.
#[derive(Default)]
struct Fields {
    span: ToldSpan,
    has_trace: bool,
    has_id: bool,
    begin: u64,
    end: u64,
    /// The name of the running program.
    service: String,
    process: String,
    /// Jaeger keeps the programs of a trace beside its spans.
    processes: FxHashMap<String, Process>,
}

#[derive(Deserialize)]
struct Process {
    #[serde(rename = "serviceName", default)]
    service: String,
}

#[derive(Deserialize)]
struct Resource {
    #[serde(default)]
    attributes: Pairs,
}

/// The ids of a span as consoles print them.
#[derive(Deserialize)]
struct Context {
    #[serde(alias = "traceId")]
    trace_id: String,
    #[serde(alias = "spanId")]
    span_id: String,
}

#[derive(Deserialize)]
struct Reference {
    #[serde(rename = "refType", default)]
    kind: String,
    #[serde(rename = "spanID", default)]
    id: String,
}

impl Fields {
    fn take<'de, A: MapAccess<'de>>(&mut self, key: &str, map: &mut A) -> Result<(), A::Error> {
        let span = &mut self.span;
        match key {
            "traceId" | "traceID" | "trace_id" => {
                (span.trace, self.has_trace) = (hashed(&map.next_value::<Text>()?.0), true);
            }
            "spanId" | "spanID" | "span_id" | "id" => {
                (span.id, self.has_id) = (hashed(&map.next_value::<Text>()?.0), true);
            }
            "context" => {
                let Context { trace_id, span_id } = map.next_value()?;
                (span.trace, span.id) = (hashed(&trace_id), hashed(&span_id));
                (self.has_trace, self.has_id) = (true, true);
            }
            "parentSpanId" | "parentSpanID" | "parent_span_id" | "parentId" | "parent_id" => {
                let id = map.next_value::<Text>()?.0;
                span.parent = is_id(&id).then(|| hashed(&id));
            }
            "references" => {
                let references: Vec<Reference> = map.next_value()?;
                let parent = references.iter().find(|it| it.kind == "CHILD_OF");
                span.parent =
                    parent.or(references.first()).map(|it| hashed(&it.id)).or(span.parent);
            }
            "name" | "operationName" => span.name = map.next_value::<Text>()?.0,
            "kind" => {
                let kind = map.next_value::<Text>()?.0;
                let number = kind.parse::<u64>();
                span.kind = number.map_or_else(|_| SpanKind::named(&kind), SpanKind::numbered);
            }
            "startTimeUnixNano" | "start_time_unix_nano" | "start_time" => {
                self.begin = time(&map.next_value::<Text>()?.0);
            }
            "endTimeUnixNano" | "end_time_unix_nano" | "end_time" => {
                self.end = time(&map.next_value::<Text>()?.0);
            }
            "duration" => {
                let duration: f64 = map.next_value::<Text>()?.0.parse().unwrap_or(0.0);
                span.duration = duration as u64;
            }
            "attributes" | "tags" => {
                for (key, value) in map.next_value::<Pairs>()?.0 {
                    enter(span, &key, value);
                }
            }
            "processID" => self.process = map.next_value::<Text>()?.0,
            "processes" => self.processes = map.next_value()?,
            "process" | "localEndpoint" => self.service = map.next_value::<Process>()?.service,
            "resource" => {
                let found = map.next_value::<Resource>()?.attributes.0.into_iter();
                let service = found.filter(|(key, _)| key == "service.name").map(|it| it.1).next();
                self.service = service.unwrap_or_default();
            }
            _ => drop(map.next_value::<IgnoredAny>()?),
        }
        Ok(())
    }

    /// Hands on what the object was. Spans within it, from `first` on, belong to the program it names.
    fn finish(mut self, first: usize, reading: &mut Reading<'_>) {
        if self.has_trace && self.has_id {
            if self.end > self.begin {
                self.span.duration = (self.end - self.begin) / 1_000;
            }
            fill_in(&mut self.span);
            reading.span(&self.span, &self.service, &self.process);
            return;
        }
        if !self.service.is_empty() {
            let service = reading.spans.service(&self.service);
            reading.spans.belong_to(first, service);
        }
        if !self.processes.is_empty() {
            let names = self.processes.into_iter();
            reading.name_processes(&names.map(|(id, process)| (id, process.service)).collect());
        }
    }
}

fn is_id(id: &str) -> bool {
    !id.trim_start_matches("0x").trim_matches('0').is_empty() && id != "None"
}

/// A moment in nanoseconds, as a number or as a date.
fn time(text: &str) -> u64 {
    if let Ok(number) = text.parse() {
        return number;
    }
    let moment = text.parse::<jiff::Timestamp>();
    moment.ok().and_then(|moment| u64::try_from(moment.as_nanosecond()).ok()).unwrap_or(0)
}

/// Attributes with their values, in a list or in an object.
#[derive(Default)]
struct Pairs(Vec<(String, String)>);

#[derive(Deserialize)]
struct Pair {
    key: String,
    #[serde(default)]
    value: Text,
}

impl<'de> Deserialize<'de> for Pairs {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Reader;
        impl<'de> Visitor<'de> for Reader {
            type Value = Pairs;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("attributes")
            }

            fn visit_unit<E>(self) -> Result<Pairs, E> {
                Ok(Pairs::default())
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Pairs, A::Error> {
                let mut pairs = Vec::new();
                while let Some(Pair { key, value }) = items.next_element()? {
                    pairs.push((key, value.0));
                }
                Ok(Pairs(pairs))
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Pairs, A::Error> {
                let mut pairs = Vec::new();
                while let Some((key, value)) = map.next_entry::<String, Text>()? {
                    pairs.push((key, value.0));
                }
                Ok(Pairs(pairs))
            }
        }
        deserializer.deserialize_any(Reader)
    }
}

/// Any value as text: OpenTelemetry wraps each into an object that names its type.
#[derive(Default)]
struct Text(String);

impl<'de> Deserialize<'de> for Text {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Reader;
        impl<'de> Visitor<'de> for Reader {
            type Value = Text;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a value")
            }

            fn visit_str<E>(self, text: &str) -> Result<Text, E> {
                Ok(Text(text.to_owned()))
            }

            fn visit_u64<E>(self, number: u64) -> Result<Text, E> {
                Ok(Text(number.to_string()))
            }

            fn visit_i64<E>(self, number: i64) -> Result<Text, E> {
                Ok(Text(number.to_string()))
            }

            fn visit_f64<E>(self, number: f64) -> Result<Text, E> {
                Ok(Text(number.to_string()))
            }

            fn visit_bool<E>(self, _: bool) -> Result<Text, E> {
                Ok(Text::default())
            }

            fn visit_unit<E>(self) -> Result<Text, E> {
                Ok(Text::default())
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Text, A::Error> {
                let first = items.next_element()?.unwrap_or_default();
                while items.next_element::<IgnoredAny>()?.is_some() {}
                Ok(first)
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Text, A::Error> {
                let first = map.next_entry::<IgnoredAny, Text>()?;
                while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
                Ok(first.map(|(_, value)| value).unwrap_or_default())
            }
        }
        deserializer.deserialize_any(Reader)
    }
}
