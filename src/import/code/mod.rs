//! Reading source code: each language lowers its files to outlines; one resolver finds what names mean.

pub mod outline;
