using System.Globalization;

namespace WorkflowEngine.Definitions;

/// <summary>A place inside a document; spelt as a JSON path (<c>$.root.activities[2].id</c>) only when somebody asks.</summary>
internal sealed class Place
{
    public static readonly Place Document = new(null, "$");

    private readonly Place? _parent;
    private readonly string _step;

    private Place(Place? parent, string step) => (_parent, _step) = (parent, step);

    public Place this[string name] => new(this, name.All(c => char.IsLetterOrDigit(c) || c is '_' or '$' or '-') && name.Length > 0 ? "." + name : $"['{name}']");

    public Place this[int index] => new(this, string.Create(CultureInfo.InvariantCulture, $"[{index}]"));

    public override string ToString()
    {
        var steps = new Stack<string>();
        for (var place = this; place is not null; place = place._parent) steps.Push(place._step);
        return string.Concat(steps);
    }
}
