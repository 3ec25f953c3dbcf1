//! Reading source code: each language lowers its files to outlines; one resolver finds what names mean.
//!
//! Adding a language is one file that implements [`Language`], and one line in [`LANGUAGES`].
//!
//! Absent on purpose: reading files. What comes in is paths and texts.

pub mod body;
pub mod csharp;
pub mod ecmascript;
mod given;
pub mod go;
mod invoke;
pub mod java;
pub mod kotlin;
pub mod language;
pub mod library;
mod notes;
pub mod outline;
mod own;
pub mod php;
pub mod python;
mod reach;
#[cfg(test)]
mod reading;
pub mod resolve;
pub mod ruby;
pub mod rust;
pub mod sums;
pub mod symbols;
pub mod templates;
mod transaction;
pub mod tree;
pub mod types;

use self::language::Language;

/// Every language that is read.
pub const LANGUAGES: &[&dyn Language] = &[
    &csharp::CSharp,
    &ecmascript::JAVASCRIPT,
    &ecmascript::TYPESCRIPT,
    &go::Go,
    &java::Java,
    &kotlin::Kotlin,
    &php::Php,
    &python::Python,
    &ruby::RUBY,
    &ruby::ERB,
    &ruby::HAML,
    &rust::Rust,
    &templates::jinja::Jinja,
    &templates::jsp::Jsp,
    &templates::razor::Razor,
    &templates::thymeleaf::Thymeleaf,
    &templates::twig::Twig,
];
