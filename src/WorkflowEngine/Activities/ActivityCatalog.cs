using System.Reflection;

namespace WorkflowEngine.Activities;

/// <summary>All activity types in code, by type name and version; found once by reflection, then immutable.</summary>
public sealed class ActivityCatalog
{
    /// <summary>Versions of a type, newest first. Type names are case-sensitive, as Elsa's are.</summary>
    private readonly Dictionary<string, List<Activity>> _byType = new(StringComparer.Ordinal);

    /// <summary>Every sealed activity class with an <see cref="ActivityAttribute"/> in these assemblies.</summary>
    /// <exception cref="InvalidOperationException">Two classes claim the same type and version.</exception>
    public ActivityCatalog(params IEnumerable<Assembly> assemblies)
        : this(assemblies.SelectMany(a => a.GetTypes()).Where(IsActivity).Select(Describe))
    {
    }

    /// <summary>Activities whose descriptors are already set (tests, other catalogs).</summary>
    internal ActivityCatalog(IEnumerable<Activity> activities)
    {
        foreach (var activity in activities)
        {
            var (name, version) = (activity.Descriptor.TypeName, activity.Descriptor.Version);
            if (!_byType.TryGetValue(name, out var versions)) _byType[name] = versions = [];
            if (versions.Any(a => a.Descriptor.Version == version)) throw new InvalidOperationException($"Two activities are called '{name}' version {version}.");
            versions.Add(activity);
            versions.Sort((a, b) => b.Descriptor.Version.CompareTo(a.Descriptor.Version));
        }

        NotFound = Find("Elsa.NotFoundActivity") ?? Describe(typeof(NotFoundActivity));
    }

    /// <summary>Stands for every type that is not in this catalog.</summary>
    public Activity NotFound { get; }

    /// <summary>The newest version of every type.</summary>
    public IEnumerable<Activity> All => _byType.Values.Select(versions => versions[0]);

    /// <summary>The newest version of this type, or null.</summary>
    public Activity? Find(string typeName) => _byType.TryGetValue(typeName, out var versions) ? versions[0] : null;

    /// <summary>Exactly this version, else the newest; null when the type is unknown.</summary>
    public Activity? Find(string typeName, int? version) =>
        _byType.TryGetValue(typeName, out var versions) ? versions.Find(a => a.Descriptor.Version == version) ?? versions[0] : null;

    private static bool IsActivity(Type type) =>
        type is { IsSealed: true, IsAbstract: false } && type.IsSubclassOf(typeof(Activity)) && type.IsDefined(typeof(ActivityAttribute));

    private static Activity Describe(Type type)
    {
        var activity = (Activity)Activator.CreateInstance(type)!;
        var texts = type.GetCustomAttribute<ActivityAttribute>()!;
        var fields = type.GetFields(BindingFlags.Public | BindingFlags.Instance).Where(f => f.IsInitOnly).Select(f => f.GetValue(activity)).ToArray();
        activity.Descriptor = new ActivityDescriptor(texts.TypeName, texts.Version, texts, [.. fields.OfType<Input>()], [.. fields.OfType<Output>()]);
        return activity;
    }
}
