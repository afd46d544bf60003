using System.Collections.Immutable;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;

namespace Workflows.Tests.Managers;

/// <summary>
/// The texts in Elsa Studio's package, read from its assemblies: those it asks its translator for, and all that stand in it. The assemblies lie in the
/// package as WebAssembly modules with .NET metadata inside.
/// </summary>
internal static class StudioAssemblies
{
    private const int HeaderSize = 28;
    private const int SectionSize = 16;
    private static readonly byte[] LoadString = [0x72];

    /// <summary>The package's folder as npm has put it, in the checkout.</summary>
    public static string Folder { get; } = Path.Combine(Checkout(), "src", "WorkflowHost", "node_modules", "@elsa-workflows", "elsa-studio-wasm", "_framework");

    /// <summary>What is asked of the translator, with the type that asks.</summary>
    /// <param name="prefix">How the names of the assemblies begin.</param>
    public static IEnumerable<(string Type, string Text)> Translated(string prefix) => Directory.GetFiles(Folder, prefix + "*.wasm").SelectMany(TranslatedIn);

    /// <summary>Every text and every name in the assemblies.</summary>
    public static HashSet<string> All(params string[] prefixes) =>
        [.. prefixes.SelectMany(p => Directory.GetFiles(Folder, p + "*.wasm")).SelectMany(file => Read(file, (reader, _) =>
        {
            var found = new List<string>();
            for (var text = reader.GetNextHandle(MetadataTokens.UserStringHandle(0)); !text.IsNil; text = reader.GetNextHandle(text)) found.Add(reader.GetUserString(text).Trim());
            found.AddRange(reader.FieldDefinitions.Select(f => reader.GetString(reader.GetFieldDefinition(f).Name)));
            found.AddRange(reader.PropertyDefinitions.Select(f => reader.GetString(reader.GetPropertyDefinition(f).Name)));
            return found;
        }))];

    private static List<(string Type, string Text)> TranslatedIn(string file) => Read(file, (reader, bodyAt) =>
    {
        var askers = reader.MemberReferences.Where(h => IsTranslator(reader, reader.GetMemberReference(h)))
            .Select(h => MetadataTokens.GetToken(h)).ToHashSet();
        var found = new List<(string, string)>();
        foreach (var handle in reader.MethodDefinitions)
        {
            var method = reader.GetMethodDefinition(handle);
            if (method.RelativeVirtualAddress == 0) continue;
            var il = bodyAt(method.RelativeVirtualAddress);
            // ldstr, then at once the call.
            for (var i = il.AsSpan().IndexOf(LoadString); i >= 0 && i + 10 <= il.Length; i = Next(il, i))
            {
                if (il[i + 4] == 0x70 && il[i + 5] is 0x6F or 0x28 && askers.Contains(BitConverter.ToInt32(il, i + 6)))
                    found.Add((Outermost(reader, method.GetDeclaringType()), reader.GetUserString(MetadataTokens.UserStringHandle(BitConverter.ToInt32(il, i + 1) & 0xFFFFFF))));
            }
        }

        return found;
    });

    private static int Next(byte[] il, int i)
    {
        var next = il.AsSpan(i + 1).IndexOf(LoadString);
        return next < 0 ? -1 : i + 1 + next;
    }

    private static bool IsTranslator(MetadataReader reader, MemberReference member) =>
        reader.GetString(member.Name) == "get_Item" && member.Parent.Kind == HandleKind.TypeReference
        && reader.GetString(reader.GetTypeReference((TypeReferenceHandle)member.Parent).Name) == "ILocalizer";

    private static string Outermost(MetadataReader reader, TypeDefinitionHandle handle)
    {
        while (reader.GetTypeDefinition(handle).GetDeclaringType() is { IsNil: false } outer) handle = outer;
        return reader.GetString(reader.GetTypeDefinition(handle).Name);
    }

    private static T Read<T>(string file, Func<MetadataReader, Func<int, byte[]>, T> read)
    {
        var bytes = File.ReadAllBytes(file);
        var start = bytes.AsSpan().IndexOf("WbIL"u8);
        start.ShouldBeGreaterThan(0, file);
        var sections = Enumerable.Range(0, BitConverter.ToUInt16(bytes, start + 8)).Select(i => start + HeaderSize + (i * SectionSize))
            .Select(at => (Size: BitConverter.ToInt32(bytes, at), Address: BitConverter.ToInt32(bytes, at + 4), Raw: BitConverter.ToInt32(bytes, at + 12))).ToArray();
        var cli = At(BitConverter.ToInt32(bytes, start + 12));
        using var metadata = MetadataReaderProvider.FromMetadataImage(ImmutableArray.Create(bytes, At(BitConverter.ToInt32(bytes, cli + 8)), BitConverter.ToInt32(bytes, cli + 12)));
        return read(metadata.GetMetadataReader(), Body);

        // A short method has its length in the first byte, a long one a head of twelve.
        byte[] Body(int address)
        {
            var at = At(address);
            return (bytes[at] & 3) == 2 ? bytes[(at + 1)..(at + 1 + (bytes[at] >> 2))] : bytes[(at + 12)..(at + 12 + BitConverter.ToInt32(bytes, at + 4))];
        }

        int At(int address)
        {
            var section = sections.Single(s => address >= s.Address && address < s.Address + s.Size);
            return start + section.Raw + address - section.Address;
        }
    }

    private static string Checkout()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Workflows.sln"))) folder = folder.Parent;
        return folder?.FullName ?? throw new InvalidOperationException("The tests do not run inside the checkout.");
    }
}
