using System.Text.Encodings.Web;
using System.Text.Json;
using Workflows.Conformance;

// run-conformance --case CASE_DIR RAW_FILE [--case CASE_DIR RAW_FILE …]: runs cases of the corpus through the engine and writes what happened.
if (args.Length == 0 || args.Length % 3 != 0 || args.Where((a, i) => i % 3 == 0 && a != "--case").Any())
{
    Console.Error.WriteLine("usage: run-conformance --case CASE_DIR RAW_FILE [--case CASE_DIR RAW_FILE ...]");
    return 2;
}

var options = new JsonSerializerOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, MaxDepth = 512 };
var failed = 0;
for (var i = 0; i < args.Length; i += 3)
{
    try
    {
        var raw = await CaseRun.OfAsync(new CaseFiles(args[i + 1]), new MemoryHost());
        await File.WriteAllTextAsync(args[i + 2], raw.ToJsonString(options));
    }
    catch (Exception e) when (e is not OutOfMemoryException)
    {
        // The other cases still run; this one has no result file, which the caller reports.
        Console.Error.WriteLine($"{args[i + 1]}: {e}");
        failed++;
    }
}

return failed == 0 ? 0 : 1;
