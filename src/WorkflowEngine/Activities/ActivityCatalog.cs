using System.Reflection;

namespace WorkflowEngine.Activities;

/// <summary>All activity types in code, by type name; found once by reflection.</summary>
public sealed class ActivityCatalog
{
    private readonly Dictionary<string, Activity> _byType = new(StringComparer.Ordinal);

    public ActivityCatalog(params IEnumerable<Assembly> assemblies)
    {
        foreach (var type in assemblies.SelectMany(a => a.GetTypes()).Where(t => t is { IsAbstract: false } && t.IsSubclassOf(typeof(Activity))))
        {
            if (type.GetCustomAttribute<ActivityAttribute>() is not { } texts) continue;
            var activity = (Activity)Activator.CreateInstance(type)!;
            var fields = type.GetFields(BindingFlags.Public | BindingFlags.Instance);
            activity.Descriptor = new ActivityDescriptor(
                texts.TypeName, 1, texts, [.. fields.Select(f => f.GetValue(activity)).OfType<Input>()],
                [.. fields.Select(f => f.GetValue(activity)).OfType<Output>()]);
            if (!_byType.TryAdd(texts.TypeName, activity)) throw new InvalidOperationException($"Two activities are called '{texts.TypeName}'.");
        }
    }

    public IEnumerable<Activity> All => _byType.Values;

    public Activity? Find(string typeName) => _byType.GetValueOrDefault(typeName);
}
