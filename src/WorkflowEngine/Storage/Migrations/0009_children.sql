-- Why: a cascade makes one child per unit, and the primary key of fan_out keeps a second cascade of the same activity out. A bulk dispatch makes as
-- many as it has items, all for the unit of their parent. Lock: exclusive on instance while the index is built. Duration: seconds per million.
drop index instance_child_of_unit;
create index instance_child on instance (parent_id, parent_context, unit_id) where parent_id is not null;
