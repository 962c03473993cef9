"""The priority list: which villages, why, how sure, who pays, what comes next, and who just missed it."""

from planner.priority.listing import PriorityList, columns_for, priority_list, stamped

__all__ = ["PriorityList", "columns_for", "priority_list", "stamped"]
