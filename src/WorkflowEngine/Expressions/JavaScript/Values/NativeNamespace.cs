namespace WorkflowEngine.Expressions.JavaScript;

/// <summary>A built-in object such as <c>Math</c>: shared by all runs and therefore closed to writes.</summary>
internal sealed class NativeNamespace : ScriptObject
{
    private readonly NativeTable _members;

    public NativeNamespace(string name, NativeTable members)
    {
        KindName = name;
        _members = members;
        Frozen = true;
    }

    public override string KindName { get; }

    public override Value Get(ScriptRun run, string key)
    {
        var member = _members.Find(key);
        return member.IsUndefined ? base.Get(run, key) : member;
    }

    public override bool HasOwn(string key) => !_members.Find(key).IsUndefined;
}
