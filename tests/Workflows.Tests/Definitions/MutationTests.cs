using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Unions;
using WorkflowEngine.Definitions;
using WorkflowEngine.Running;
using Workflows.Tests.Conformance;

namespace Workflows.Tests.Definitions;

/// <summary>Damaged documents: whatever the damage, reading either succeeds or says where it failed, and what was read can be written.</summary>
public sealed class MutationTests
{
    private const int Bursts = 6;
    private static readonly int Rounds = Environment.GetEnvironmentVariable("WORKFLOWS_LONG") == "1" ? 20_000 : 500;

    private static readonly string[] Splinters =
        ["null", "true", "0", "-1", "1e400", "\"\"", "\"\\u0000\"", "\"\\ud800\"", "[]", "{}", "[[]]", "{\"$values\":[]}", "{\"_type\":\"x\",\"items\":[1]}", "\"Elsa.Flowchart\"", "\"Elsa.NotFoundActivity\"", "99999999999999999999"];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Damage_never_surprises_the_reader(int seed)
    {
        var random = new Random(seed);
        var documents = Corpus.Cases.SelectMany(c => Corpus.Definitions(c).Select(f => Corpus.Text(c, f))).ToList();
        for (var i = 0; i < 500; i++)
        {
            var document = documents[random.Next(documents.Count)];
            var damaged = random.Next(2) == 0 ? DamageText(document, random) : DamageTree(document, random);
            try
            {
                var workflow = Documents.Read(damaged).Workflow;
                Documents.Read(DefinitionWriter.WriteText(workflow));
                foreach (var node in workflow.Nodes) workflow.FindNode(node.NodeId).ShouldNotBeNull();
            }
            catch (DefinitionFormatException e)
            {
                e.Path.ShouldStartWith("$");
            }
            catch (Exception e) when (e is not ShouldAssertException)
            {
                throw new InvalidOperationException($"Seed {seed}, round {i}: {damaged}", e);
            }
        }
    }

    /// <summary>
    /// What can be read after the damage is run, and everything it waits for answered: within bounds of bursts and of memory it ends, waits for
    /// something, or is an incident.
    /// </summary>
    [Fact]
    public void A_damaged_definition_that_can_be_read_runs_within_bounds()
    {
        const long mostBytesOfABurst = 128L << 20;
        var random = new Random(3);
        var documents = Corpus.Cases.SelectMany(c => Corpus.Definitions(c).Select(f => Corpus.Text(c, f))).Concat(ShippedFiles.Definitions.Values).ToList();
        var ran = 0;
        for (var round = 0; round < Rounds; round++)
        {
            var damaged = DamageTree(documents[random.Next(documents.Count)], random);
            var (before, left) = (GC.GetAllocatedBytesForCurrentThread(), Bursts);
            try
            {
                if (JsonNode.Parse(damaged) is not JsonObject document) continue;
                foreach (var name in document.Select(m => m.Key).Where(k => k.Equals("id", StringComparison.OrdinalIgnoreCase) || k.Equals("definitionId", StringComparison.OrdinalIgnoreCase)).ToArray())
                    document.Remove(name);
                document["definitionId"] = "damaged";
                var engine = new MemoryEngine { MostBursts = Bursts };
                if (engine.Store(document, publish: true).Refusals.Count > 0) continue;
                engine.Start("damaged");
                for (var answers = 0; answers < 10 && engine.Instances.SelectMany(i => i.State.Status == InstanceStatus.Running ? i.State.Bookmarks.Select(b => (i, b)) : []).FirstOrDefault() is { b: { } bookmark } wait; answers++)
                    engine.Tell(wait.i, EventKind.Resume, new JsonObject { ["bookmarkId"] = bookmark.Id });
                (ran, left) = (ran + 1, engine.MostBursts);
            }
            catch (Exception e) when (e is DefinitionFormatException or JsonException)
            {
                continue;
            }
            catch (Exception e)
            {
                throw new InvalidOperationException($"round {round}: {damaged}", e);
            }
            finally
            {
                (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBeLessThan((Bursts - left + 1) * mostBytesOfABurst, $"round {round}: {damaged}");
            }
        }

        ran.ShouldBeGreaterThan(Rounds / 4);
    }

    private static string DamageText(string json, Random random)
    {
        var text = new StringBuilder(json);
        for (var n = random.Next(1, 4); n > 0; n--)
        {
            var at = random.Next(text.Length);
            switch (random.Next(4))
            {
                case 0:
                    text.Remove(at, Math.Min(random.Next(1, 20), text.Length - at));
                    break;
                case 1:
                    text[at] = (char)random.Next(1, 0x10000);
                    break;
                case 2:
                    text.Insert(at, "{}[],:\"\\"[random.Next(8)]);
                    break;
                default:
                    text.Insert(at, text.ToString(at, Math.Min(random.Next(1, 50), text.Length - at)));
                    break;
            }
        }

        return text.ToString();
    }

    /// <summary>Still JSON, but values replaced, members renamed, moved or removed.</summary>
    private static string DamageTree(string json, Random random)
    {
        var root = JsonNode.Parse(json)!;
        for (var n = random.Next(1, 5); n > 0; n--)
        {
            var places = Objects(root).ToList();
            var target = places[random.Next(places.Count)];
            if (target.Count == 0) continue;
            var name = target.ElementAt(random.Next(target.Count)).Key;
            var donor = places[random.Next(places.Count)];
            switch (random.Next(4))
            {
                case 0:
                    target.Remove(name);
                    break;
                case 1:
                    var value = target[name];
                    target.Remove(name);
                    target[char.ToUpperInvariant(name[0]) + name[1..]] = value;
                    break;
                case 2:
                    target[name] = donor.DeepClone();
                    break;
                default:
                    target[name] = "\u0001splinter" + random.Next(Splinters.Length);
                    break;
            }
        }

        // The tree's text is edited once more, because a tree could not hold half a surrogate or 1e400.
        var text = root.ToJsonString();
        for (var i = Splinters.Length - 1; i >= 0; i--) text = text.Replace($"\"\\u0001splinter{i}\"", Splinters[i], StringComparison.Ordinal);
        return text;
    }

    private static IEnumerable<JsonObject> Objects(JsonNode? node) => node switch
    {
        JsonObject members => members.SelectMany(m => Objects(m.Value)).Prepend(members),
        JsonArray items => items.SelectMany(Objects),
        _ => [],
    };
}
