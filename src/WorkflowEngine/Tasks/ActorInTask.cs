using WorkflowEngine.Organisation;

namespace WorkflowEngine.Tasks;

/// <summary>What an actor is to a task.</summary>
internal static class ActorInTask
{
    extension(Actor actor)
    {
        /// <summary>The role in which the unit's own work is done, else the one whose permission reaches the owner unit.</summary>
        public (string? Code, long Unit) RoleIn(LoadedTask task, bool works, string permission = Permission.CloseTask) =>
            works && task.WorkRole is { } role
                ? (role, task.UnitId)
                : actor.Grants.Where(g => g.Permissions.Contains(permission)).OrderBy(g => g.UnitId != task.OwnerUnitId)
                    .Select(g => ((string?)g.Role, g.UnitId)).FirstOrDefault();
    }
}
