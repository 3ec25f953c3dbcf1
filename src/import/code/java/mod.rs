//! Java: files parsed by tree-sitter and lowered to outlines.

mod declarations;
mod expressions;
mod statements;
mod type_refs;

#[cfg(test)]
mod tests;

use rustc_hash::FxHashMap;

use super::{
    language::{Language, Rules},
    outline::{Outline, Stmt},
    tree,
};

/// The Java programming language.
#[derive(Clone, Copy, Debug)]
pub struct Java;

static RULES: Rules = Rules {
    family: "JVM",
    file_namespaces: false,
    enclosing_namespaces: false,
    implicit_this: true,
    call_constructs: false,
    member_calls: false,
};

impl Language for Java {
    fn name(&self) -> &'static str {
        "Java"
    }

    fn extensions(&self) -> &'static [&'static str] {
        &["java"]
    }

    fn outline(&self, _path: &str, text: &str) -> Outline {
        tree::outline(&tree_sitter_java::LANGUAGE.into(), text, |root| {
            let mut lowering = Lowering::default();
            lowering.file(root);
            lowering.outline
        })
    }

    fn rules(&self) -> &Rules {
        &RULES
    }

    fn is_builtin(&self, name: &str) -> bool {
        name == "[]" || name == "log" || JAVA_LANG.binary_search(&name).is_ok()
    }

    fn is_builtin_member(&self, name: &str) -> bool {
        OBJECT_MEMBERS.contains(&name)
    }

    fn has_global(&self, name: &str) -> bool {
        JAVA_LANG.binary_search(&name).is_ok()
    }

    fn class_object(&self) -> Option<&'static str> {
        Some("Class")
    }

    fn guesses_among_named(&self) -> bool {
        true
    }

    fn foreign_gives_foreign(&self) -> bool {
        true
    }
}

/// One file on its way to an outline.
#[derive(Default)]
struct Lowering {
    outline: Outline,
    /// Texts of the string constants of this file, by name: queries are put together from them.
    constants: FxHashMap<String, String>,
    /// Names that patterns in the statement being lowered bind: they stand before it.
    bound: Vec<Stmt>,
    /// How deeply nested the code being lowered is.
    depth: usize,
}

impl Lowering {
    /// Whether code may be followed one level deeper. Each `true` is answered by an [`Self::leave`].
    fn enter(&mut self) -> bool {
        self.depth += 1;
        self.depth < tree::DEEPEST
    }

    fn leave(&mut self) {
        self.depth -= 1;
    }
}

/// What every object has, and what every enum and its constants have.
const OBJECT_MEMBERS: [&str; 13] = [
    "equals",
    "hashCode",
    "toString",
    "getClass",
    "notify",
    "notifyAll",
    "wait",
    "clone",
    "compareTo",
    "name",
    "ordinal",
    "valueOf",
    "values",
];

/// Types of `java.lang` and the primitive ones, in byte order; a boxed or primitive type is no reference.
const JAVA_LANG: &[&str] = &[
    "AbstractMethodError",
    "Appendable",
    "ArithmeticException",
    "ArrayIndexOutOfBoundsException",
    "ArrayStoreException",
    "AssertionError",
    "AutoCloseable",
    "Boolean",
    "Byte",
    "CharSequence",
    "Character",
    "Class",
    "ClassCastException",
    "ClassLoader",
    "ClassNotFoundException",
    "CloneNotSupportedException",
    "Cloneable",
    "Comparable",
    "Deprecated",
    "Double",
    "Enum",
    "Error",
    "Exception",
    "ExceptionInInitializerError",
    "Float",
    "FunctionalInterface",
    "IllegalAccessException",
    "IllegalArgumentException",
    "IllegalMonitorStateException",
    "IllegalStateException",
    "IndexOutOfBoundsException",
    "InheritableThreadLocal",
    "InstantiationException",
    "Integer",
    "InterruptedException",
    "Iterable",
    "LinkageError",
    "Long",
    "Math",
    "Module",
    "NegativeArraySizeException",
    "NoClassDefFoundError",
    "NoSuchFieldException",
    "NoSuchMethodError",
    "NoSuchMethodException",
    "NullPointerException",
    "Number",
    "NumberFormatException",
    "Object",
    "OutOfMemoryError",
    "Override",
    "Package",
    "Process",
    "ProcessBuilder",
    "Readable",
    "Record",
    "ReflectiveOperationException",
    "Runnable",
    "Runtime",
    "RuntimeException",
    "SafeVarargs",
    "SecurityException",
    "SecurityManager",
    "Short",
    "StackOverflowError",
    "StackTraceElement",
    "StackWalker",
    "StrictMath",
    "String",
    "StringBuffer",
    "StringBuilder",
    "StringIndexOutOfBoundsException",
    "SuppressWarnings",
    "System",
    "Thread",
    "ThreadGroup",
    "ThreadLocal",
    "Throwable",
    "UnsupportedOperationException",
    "VirtualMachineError",
    "Void",
    "boolean",
    "byte",
    "char",
    "double",
    "float",
    "int",
    "long",
    "short",
    "var",
    "void",
];
