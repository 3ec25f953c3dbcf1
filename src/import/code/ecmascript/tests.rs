//! TypeScript and JavaScript in, calls out.

use pretty_assertions::assert_eq;
use proptest::prelude::*;

use super::{JAVASCRIPT, TYPESCRIPT};
use crate::import::{
    code::{
        language::Language,
        reading::lines,
        resolve::{Source, resolve},
    },
    progress::Unwatched,
};

fn language(path: &str) -> Option<&'static dyn Language> {
    let ending = path.rsplit('.').next().unwrap_or_default();
    let known: [&'static dyn Language; 2] = [&TYPESCRIPT, &JAVASCRIPT];
    known.into_iter().find(|it| it.extensions().contains(&ending))
}

/// What the modules refer to, without repetitions; files of other languages are manifests.
fn check(files: &[(&str, &str)], expected: &[&str]) {
    let mut sources: Vec<Source> = files
        .iter()
        .filter_map(|(path, text)| {
            let language = language(path)?;
            let outline = language.outline(path, text);
            Some(Source { path: (*path).to_owned(), language, outline })
        })
        .collect();
    sources.sort_by(|a, b| a.path.cmp(&b.path));
    let manifests: Vec<(String, String)> = files
        .iter()
        .filter(|(path, _)| language(path).is_none())
        .map(|(path, text)| ((*path).to_owned(), (*text).to_owned()))
        .collect();
    let resolved = resolve(&sources, &manifests, &Unwatched);
    assert_eq!(lines(&sources, &resolved), expected);
}

const CART: (&str, &str) = (
    "src/cart.ts",
    "export class Cart { total(): number { return 1 } static empty() { return new Cart() } }
     export const price = (cart: Cart) => cart.total()
     export default function open() { return new Cart() }
     function hidden() {}",
);

#[test]
fn names_come_through_imports_and_are_handed_on() {
    check(
        &[
            CART,
            ("src/index.ts", "export * from './cart'; export { default as start } from './cart'"),
            ("src/a.ts", "import open, { price as p } from './cart'; p(open())"),
            ("src/b.ts", "import { Cart, start } from '.'; const c: Cart = start(); c.total()"),
            ("src/c.ts", "import * as all from './cart.js'; all.price(all.Cart.empty())"),
            ("src/d.ts", "const m = await import('./cart'); m.price(m.default())"),
            ("src/e.ts", "price(1); hidden(); import 'outside'; import { Cart } from 'outside'"),
        ],
        &[
            "src/a.ts call src/cart.ts#open",
            "src/a.ts call src/cart.ts#price",
            "src/a.ts import src/cart.ts",
            "src/b.ts call src/cart.ts#Cart.total",
            "src/b.ts call src/cart.ts#open",
            "src/b.ts import src/index.ts",
            "src/b.ts type src/cart.ts",
            "src/c.ts call src/cart.ts#Cart.empty",
            "src/c.ts call src/cart.ts#price",
            "src/c.ts import src/cart.ts",
            "src/c.ts type src/cart.ts",
            "src/d.ts call src/cart.ts#open",
            "src/d.ts call src/cart.ts#price",
            "src/d.ts import src/cart.ts",
            "src/index.ts import src/cart.ts",
        ],
    );
}

#[test]
fn receivers_are_known_by_their_types() {
    check(
        &[
            CART,
            (
                "src/shop.ts",
                "import { Cart } from './cart'
                 interface Deps { cart: Cart }
                 export class Shop {
                   own = new Cart()
                   constructor(private readonly cart: Cart) {}
                   make(): Cart { return this.cart }
                 }
                 export function within({ cart }: Deps) { cart.total() }",
            ),
            (
                "src/use.ts",
                "import { Shop } from './shop'
                 class Use {
                   constructor(private shop: Shop) {}
                   async run(unknown) {
                     unknown.total()
                     const shop = await this.shop
                     shop.make().total()
                     for (const one of [new Shop()]) { one.make() }
                   }
                 }",
            ),
        ],
        &[
            "src/shop.ts call src/cart.ts#Cart.total",
            "src/shop.ts construct src/cart.ts",
            "src/shop.ts import src/cart.ts",
            "src/shop.ts type src/cart.ts",
            "src/use.ts call src/cart.ts#Cart.total",
            "src/use.ts call src/shop.ts#Shop.make",
            "src/use.ts call src/shop.ts#Shop.make in a loop",
            "src/use.ts construct src/shop.ts#Shop.constructor",
            "src/use.ts import src/shop.ts",
            "src/use.ts type src/shop.ts",
        ],
    );
}

#[test]
fn common_js_is_read() {
    check(
        &[
            ("lib/a.js", "function one() {}\nmodule.exports = { one, two() {} }"),
            ("lib/b.js", "module.exports = class B { go() {} }"),
            ("lib/c.js", "exports.run = () => {}; exports.stop = function () {}"),
            (
                "lib/d.js",
                "const a = require('./a'); const B = require('./b'); const { run } = require('./c')
                 a.one(); a.two(); new B().go(); run(); require('./c').stop()",
            ),
        ],
        &[
            "lib/d.js call lib/a.js#one",
            "lib/d.js call lib/a.js#two",
            "lib/d.js call lib/b.js#B.go",
            "lib/d.js call lib/c.js#run",
            "lib/d.js call lib/c.js#stop",
            "lib/d.js construct lib/b.js",
            "lib/d.js import lib/a.js",
            "lib/d.js import lib/b.js",
            "lib/d.js import lib/c.js",
        ],
    );
}

#[test]
fn configs_and_packages_say_where_modules_are() {
    check(
        &[
            ("package.json", r#"{"workspaces": ["packages/*"]}"#),
            (
                "tsconfig.base.json",
                r#"{"compilerOptions": {"baseUrl": ".", "paths": {"@/*": ["app/*"],}}}"#,
            ),
            (
                "app/tsconfig.json",
                r#"{ // the app
               "extends": "../tsconfig.base.json" }"#,
            ),
            (
                "packages/core/package.json",
                r##"{"name": "@shop/core", "main": "dist/index.js",
               "exports": {".": "./dist/index.js", "./api/*": {"import": "./dist/api/*.js"}},
               "imports": {"#own": "./src/own.ts"}}"##,
            ),
            ("packages/core/src/index.ts", "export { own } from '#own'"),
            ("packages/core/src/own.ts", "export const own = () => 1"),
            ("packages/core/src/api/orders.ts", "export const orders = []"),
            ("examples/other/package.json", r#"{"name": "other"}"#),
            ("examples/other/index.ts", "export const x = 1"),
            ("app/cart/index.ts", "export const cart = 1"),
            (
                "app/main.ts",
                "import { cart } from '@/cart'; import { own } from '@shop/core'
                 import { orders } from '@shop/core/api/orders'; import { x } from 'other'; own()",
            ),
        ],
        &[
            "app/main.ts call packages/core/src/own.ts#own",
            "app/main.ts import app/cart/index.ts",
            "app/main.ts import packages/core/src/api/orders.ts",
            "app/main.ts import packages/core/src/index.ts",
            "packages/core/src/index.ts import packages/core/src/own.ts",
        ],
    );
}

#[test]
fn components_and_objects_of_functions_are_called() {
    check(
        &[
            ("ui/button.tsx", "export const Button = ({ on }: { on: () => void }) => <b onClick={on} />"),
            ("ui/api.js", "export const api = { list() {}, get: async (id) => id }"),
            (
                "ui/page.tsx",
                "import { Button } from './button'; import { api } from './api'
                 export default function Page() { return <div><Button on={() => api.get(1)} /></div> }",
            ),
        ],
        &[
            "ui/page.tsx call ui/api.js#api.get",
            "ui/page.tsx call ui/button.tsx#Button",
            "ui/page.tsx import ui/api.js",
            "ui/page.tsx import ui/button.tsx",
            "ui/page.tsx type ui/api.js",
        ],
    );
}

#[test]
fn scripts_of_components_are_read_at_their_lines() {
    let text =
        "<template><p/></template>\n<script setup lang=\"ts\">\nconst a: Cart = 1\n</script>\n";
    let outline = JAVASCRIPT.outline("a.vue", text);
    assert_eq!((outline.lines, outline.errors, outline.top.len()), (1, vec![], 1));
}

#[test]
fn aliases_that_go_around_in_circles_end() {
    let text =
        "type A = B<A, A>; type B<X, Y> = A; type J = string | J[]; let a: A; let j: J; a.x()";
    check(&[("a.ts", text)], &[]);
}

proptest! {
    #[test]
    fn any_text_is_survived(text in ".{0,200}", pieces in prop::collection::vec(
        prop::sample::select(vec![
            "class A {", "}", "(", ")", "=>", "export ", "default ", "import ", "{", "from 'x'", "const ",
            "async ", "<A b={", "/>", "`${", "`", "a.b", "?.", "[", "]", "=", "@X()", "type T = ", ";", "require('y')",
            "module.exports", "enum E {", "interface I {", ",", ":", "extends ", "function f", "new ",
        ]), 0..40)) {
        TYPESCRIPT.outline("a.ts", &text);
        TYPESCRIPT.outline("a.tsx", &pieces.concat());
        JAVASCRIPT.outline("a.js", &pieces.concat());
        JAVASCRIPT.outline("a.vue", &format!("<script>\n{text}\n</script>"));
    }
}

#[test]
fn deep_nesting_is_cut_off() {
    for (open, close) in
        [("(", ")"), ("[", "]"), ("{", "}"), ("(()=>", ")"), ("f(", ")"), ("<a>", "</a>")]
    {
        let text = format!("x = {}1{}", open.repeat(1_000), close.repeat(1_000));
        TYPESCRIPT.outline("a.tsx", &text);
        JAVASCRIPT.outline("a.js", &text);
    }
    let text = format!("type T = {}string{}", "Array<".repeat(1_000), ">".repeat(1_000));
    TYPESCRIPT.outline("a.ts", &text);
}
