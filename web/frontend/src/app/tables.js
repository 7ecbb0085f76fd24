// On a narrow screen the stylesheet lays rows out as blocks; browsers then forget that it is a table. Say it again.

const ROLES = [["thead, tbody, tfoot", "rowgroup"], ["tr", "row"], ["td", "cell"], ["thead th", "columnheader"], ["tbody th, tfoot th", "rowheader"]];

export function restoreTableRoles(root) {
  for (const table of root.querySelectorAll("table.labelled")) {
    table.setAttribute("role", "table");
    for (const [selector, role] of ROLES) {
      for (const part of table.querySelectorAll(selector)) part.setAttribute("role", role);
    }
  }
}
