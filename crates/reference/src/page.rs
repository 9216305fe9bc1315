//! The page: prose by hand, tables between markers.

use crate::source::Problem;

/// Puts each table between `<!-- make docs: NAME -->` and the next `<!-- end -->`.
pub(crate) fn fill(page: &str, tables: &[(&str, String)]) -> Result<String, Problem> {
    let mut page = page.to_owned();
    for (name, table) in tables {
        let begin = format!("<!-- make docs: {name} -->\n");
        let missing = || Problem::Marker((*name).to_owned());
        let (before, rest) = page.split_once(&begin).ok_or_else(missing)?;
        let (_, after) = rest.split_once("<!-- end -->").ok_or_else(missing)?;
        page = [before, &begin, "\n", table, "\n<!-- end -->", after].concat();
    }
    Ok(page)
}

/// A row of a table in Markdown.
pub(crate) fn row(cells: &[&str]) -> String {
    let cells: Vec<String> = cells.iter().map(|cell| cell.replace('|', "\\|")).collect();
    format!("| {} |\n", cells.join(" | "))
}

/// The head of a table.
pub(crate) fn head(names: &[&str]) -> String {
    let line: Vec<&str> = names.iter().map(|_| "---").collect();
    format!("{}|{}|\n", row(names), line.join("|"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_takes_the_place_of_the_one_before() {
        let page = "a\n<!-- make docs: x -->\n\nold\n\n<!-- end -->\nb\n";
        let filled = fill(page, &[("x", "new\n".to_owned())]).unwrap();
        assert_eq!(
            filled,
            "a\n<!-- make docs: x -->\n\nnew\n\n<!-- end -->\nb\n"
        );
    }

    #[test]
    fn a_page_without_the_markers_is_refused() {
        let refused = fill("a\n", &[("x", String::new())]).unwrap_err();
        assert!(refused.to_string().contains("make docs: x"), "{refused}");
    }

    #[test]
    fn a_bar_in_a_cell_ends_no_cell() {
        assert_eq!(row(&["a|b", "c"]), "| a\\|b | c |\n");
    }
}
