//! What the methods of Ruby's core and of Active Record give, as far as types follow from it.

use crate::import::code::types::{Head, Ty};

/// The type of relations, which has the model as its argument.
pub(crate) const RELATION: &str = "ActiveRecord.Relation";
const ARRAY: &str = "Array";

/// What is nothing.
pub(super) fn nil() -> Ty {
    Ty::outside("NilClass")
}

pub(super) fn is_nil(ty: &Ty) -> bool {
    ty.outside_name() == Some("NilClass")
}

pub(super) fn array(of: Ty) -> Ty {
    Ty::Object { head: Head::Outside(ARRAY.into()), args: vec![of] }
}

pub(super) fn relation(of: Ty) -> Ty {
    Ty::Object { head: Head::Outside(RELATION.into()), args: vec![of] }
}

/// What a relation or array holds.
pub(super) fn element(ty: &Ty) -> Option<&Ty> {
    match ty {
        Ty::Object { head: Head::Outside(name), args }
            if matches!(name.as_ref(), RELATION | ARRAY) =>
        {
            args.first()
        }
        _ => None,
    }
}

pub(super) fn is_relation(ty: &Ty) -> bool {
    matches!(ty, Ty::Object { head: Head::Outside(name), .. } if name.as_ref() == RELATION)
}

/// The type that all of several have, where what is nothing does not count.
pub(super) fn join(types: impl IntoIterator<Item = Ty>) -> Ty {
    let mut joined: Option<Ty> = None;
    let mut nothing = false;
    for ty in types {
        if is_nil(&ty) {
            nothing = true;
            continue;
        }
        match &joined {
            Some(known) if *known != ty => return Ty::Unknown,
            _ => joined = Some(ty),
        }
    }
    joined.unwrap_or(if nothing { nil() } else { Ty::Unknown })
}

/// What a method of a model's class, or of a relation of it, gives; `model` is one row. `None` where it is no such
/// method.
#[expect(clippy::too_many_lines, reason = "a table of names")]
pub(super) fn of_model(name: &str, model: &Ty, args: usize, has_block: bool) -> Option<Ty> {
    Some(match name {
        "select" if has_block => array(model.clone()),
        "where" | "not" | "order" | "joins" | "includes" | "preload" | "eager_load"
        | "left_joins" | "left_outer_joins" | "all" | "limit" | "offset" | "select"
        | "distinct" | "group" | "having" | "unscoped" | "none" | "reorder" | "rewhere"
        | "references" | "readonly" | "lock" | "merge" | "or" | "and" | "in_order_of"
        | "extending" | "from" | "excluding" | "without" | "unscope" | "reverse_order"
        | "create_with" | "strict_loading" | "with" | "missing" | "associated" | "regroup"
        | "reselect" | "in_batches" | "load" | "load_async" | "page" | "per" | "accessible_by"
        | "ransack_result" | "default_scoped" | "friendly" | "kept" | "discarded"
        | "with_discarded" | "with_deleted" | "only_deleted" | "without_deleted"
        | "tagged_with" | "with_translations" | "uniq" | "scoped" | "policy_scope"
        | "find_each" => {
            if name == "find_each" {
                return Some(Ty::Unknown);
            }
            relation(model.clone())
        }
        "first" | "last" | "take" | "find" if args > 1 || args == 1 && name != "find" => {
            array(model.clone())
        }
        "find" if has_block => model.clone(),
        "find"
        | "find_by"
        | "find_by!"
        | "first"
        | "first!"
        | "last"
        | "last!"
        | "take"
        | "take!"
        | "sole"
        | "find_sole_by"
        | "create"
        | "create!"
        | "build"
        | "find_or_create_by"
        | "find_or_create_by!"
        | "find_or_initialize_by"
        | "create_or_find_by"
        | "create_or_find_by!"
        | "first_or_create"
        | "first_or_create!"
        | "first_or_initialize"
        | "second"
        | "third"
        | "fourth"
        | "fifth"
        | "second_to_last"
        | "instantiate"
        | "new" => model.clone(),
        "find_by_sql" | "to_a" | "records" => array(model.clone()),
        "pluck"
        | "count"
        | "sum"
        | "average"
        | "minimum"
        | "maximum"
        | "ids"
        | "pick"
        | "exists?"
        | "any?"
        | "empty?"
        | "none?"
        | "many?"
        | "one?"
        | "size"
        | "length"
        | "update_all"
        | "delete_all"
        | "destroy_all"
        | "insert_all"
        | "insert_all!"
        | "upsert_all"
        | "upsert"
        | "insert"
        | "insert!"
        | "delete"
        | "destroy"
        | "delete_by"
        | "destroy_by"
        | "update"
        | "update!"
        | "update_counters"
        | "increment_counter"
        | "decrement_counter"
        | "touch_all"
        | "find_in_batches"
        | "transaction"
        | "connection"
        | "to_sql"
        | "arel_table"
        | "table_name"
        | "column_names"
        | "columns"
        | "columns_hash"
        | "quoted_table_name"
        | "sanitize_sql"
        | "sanitize_sql_like"
        | "sanitize_sql_array"
        | "sanitize_sql_for_conditions"
        | "human_attribute_name"
        | "model_name"
        | "primary_key"
        | "reset_column_information"
        | "attribute_names"
        | "reflect_on_association"
        | "reflect_on_all_associations"
        | "cache_key"
        | "with_lock"
        | "lock!"
        | "count_by_sql"
        | "explain"
        | "import"
        | "import!"
        | "reset_counters"
        | "reload"
        | "exists" => {
            if matches!(name, "reload") {
                return None;
            }
            Ty::Unknown
        }
        _ if name.starts_with("find_by_") => model.clone(),
        _ if name.starts_with("find_all_by_") => relation(model.clone()),
        _ => return None,
    })
}

/// What a method of an array or relation gives; `returned` is what the block among the arguments does.
pub(super) fn of_list(name: &str, list: &Ty, args: usize, returned: Option<&Ty>) -> Ty {
    let element = element(list).cloned().unwrap_or_default();
    match name {
        "select" | "reject" | "sort_by" | "sort" | "uniq" | "compact" | "reverse" | "filter"
        | "to_a" | "drop" | "shuffle" | "each" | "each_with_index" | "take_while"
        | "drop_while" | "+" | "-" | "|" | "&" | "<<" | "push" | "concat" | "flatten"
        | "each_entry" | "to_set" | "lazy" | "find_all" | "grep_v" | "rotate" | "select!"
        | "reject!" | "sort!" | "uniq!" => {
            if is_relation(list) && name != "each" && name != "<<" {
                array(element)
            } else {
                list.clone()
            }
        }
        "first" | "last" | "take" | "sample" | "pop" | "shift" | "min_by" | "max_by"
            if args == 1 && !matches!(name, "min_by" | "max_by") =>
        {
            array(element)
        }
        "first" | "last" | "find" | "detect" | "min_by" | "max_by" | "sample" | "pop" | "shift"
        | "fetch" | "dig" | "min" | "max" => element,
        "[]" | "at" => {
            if args == 1 {
                element
            } else {
                list.clone()
            }
        }
        "map" | "collect" | "filter_map" | "map!" => match returned {
            Some(ty) if !ty.is_unknown() && !is_nil(ty) => array(ty.clone()),
            _ => Ty::Unknown,
        },
        "flat_map" => match returned.and_then(|ty| self::element(ty)) {
            Some(ty) => array(ty.clone()),
            None => Ty::Unknown,
        },
        "presence" | "dup" | "freeze" | "tap" | "then_each" | "to_ary" => list.clone(),
        _ => Ty::Unknown,
    }
}

/// Methods that hand each element of a list to their block.
pub(super) fn is_iteration(name: &str) -> bool {
    matches!(
        name,
        "each"
            | "map"
            | "collect"
            | "select"
            | "reject"
            | "filter"
            | "find"
            | "detect"
            | "flat_map"
            | "filter_map"
            | "each_with_index"
            | "each_with_object"
            | "sort_by"
            | "group_by"
            | "partition"
            | "any?"
            | "all?"
            | "none?"
            | "sum"
            | "min_by"
            | "max_by"
            | "find_each"
            | "index_by"
            | "uniq"
            | "count"
            | "find_all"
            | "each_entry"
            | "to_h"
            | "map!"
            | "find_index"
            | "index_with"
            | "delete_if"
            | "keep_if"
            | "reject!"
            | "select!"
            | "take_while"
            | "drop_while"
            | "one?"
            | "sort_by!"
            | "each_slice_of"
            | "cycle"
            | "reverse_each"
            | "tally_by"
            | "to_set"
            | "sum_by"
            | "first_where"
            | "grep"
    )
}

/// Methods of every object that give the object itself.
pub(super) fn gives_itself(name: &str) -> bool {
    matches!(
        name,
        "presence"
            | "tap"
            | "dup"
            | "clone"
            | "freeze"
            | "itself"
            | "reload"
            | "lock!"
            | "deep_dup"
            | "!"
            | "html_safe"
            | "with_lock_held"
            | "becomes"
            | "readonly!"
    )
}

/// Names that Ruby, Rails and their usual companions give to many things: one definition of such a name in the
/// monolith does not mean that this one is called.
pub(super) fn is_common(name: &str) -> bool {
    const COMMON: &str = "\
        simple_format number_with_delimiter time_ago_in_words distance_of_time_in_words url_for_options \
        collection_check_boxes collection_radio_buttons options_from_collection protect_from_forgery \
        authenticate_user! user_signed_in? after_sign_in_path_for skip_before_action rescue_from_all \
        find_in_batches find_or_initialize_by create_or_find_by update_all_counters \
        association_loaded? attribute_before_type_cast will_save_change_to_attribute? \
        attribute_names attribute_present? assign_attributes as_json add_observer cache_key \
        cache_key_with_version column_names content_tag content_type created_at updated_at \
        deleted_at default_scope default_url_options deliver_later deliver_now destroyed? \
        error_messages find_each find_or_create_by form_with full_messages human_attribute_name \
        inspect instance_variable_get instance_variable_set marked_for_destruction? \
        method_missing model_name new_record? perform_async perform_later perform_now persisted? \
        public_send read_attribute redirect_to render_to_string respond_to? respond_to_missing? \
        saved_changes saved_changes? send_data send_file serializable_hash table_name \
        to_partial_path to_param update_attribute update_attributes update_column update_columns \
        with_indifferent_access write_attribute file_name original_filename content_length \
        response_code status_code user_agent remote_ip request_id access_token first_name \
        last_name phone_number error_message base_class class_name parent_class set_backtrace \
        full_message to_formatted_s beginning_of_day expires_at started_at finished_at \
        completed_at published_at external_id display_name full_name short_name country_code \
        currency_code each_with_index translated_locales available_locales default_locale \
        current_user public_url secure_compare attachment_changes changed_attributes \
        previous_changes primary_key foreign_key absolute_path relative_path local_path base_url";
    COMMON.split(' ').any(|word| word == name)
}

/// Methods of Ruby's core objects and of every Active Record object: on something unknown they say nothing.
pub(super) fn is_core_member(name: &str) -> bool {
    const CORE: &str = "\
        t l zero? today now add table_name today? number_to_currency link_to \
        to_s to_a to_h to_i to_f to_sym to_str to_ary to_hash to_json to_proc inspect hash == != \
        <=> === =~ eql? equal? + - * / << [] []= dup clone freeze frozen? is_a? kind_of? \
        instance_of? nil? present? blank? presence respond_to? send public_send method methods \
        class tap then each map select reject find detect collect inject reduce sum size length \
        count first last min max sort sort_by group_by include? any? all? none? empty? join \
        split gsub sub strip keys values key? fetch dig merge delete push pop shift concat \
        flatten compact uniq reverse zip call new id raise puts print p format loop lambda proc \
        require object_id instance_variable_get instance_variable_set extend try to_param errors \
        valid? save save! update update! destroy destroy! reload attributes where order all \
        pluck create create! build name html_safe downcase upcase capitalize titleize humanize \
        match match? start_with? end_with? to_date to_time in_groups_of index slice except \
        as_json to_xml itself encode lines read write close open exist? each_with_index \
        each_with_object filter_map flat_map index_by filter take drop sample shuffle insert \
        prepend append clear update_all delete_all destroy_all limit offset joins includes \
        find_by exists? value title body key type status message path url params request \
        response headers content text label description email";
    CORE.split(' ').any(|word| word == name)
}
