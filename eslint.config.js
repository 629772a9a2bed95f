import js from '@eslint/js';
import tseslint from 'typescript-eslint';
import reactHooks from 'eslint-plugin-react-hooks';

/** The packages that only one part of the program may load. */
const tensorflow = {
  group: ['@tensorflow/*'],
  allowTypeImports: true,
  message: 'Only src/tensorflow loads tensorflow; elsewhere take it as an argument.',
};
const sharp = {group: ['sharp'], message: 'Only src/data/image loads sharp.'};
const ink = {group: ['ink', 'ink-*', 'react'], message: 'Only src/tui draws with Ink.'};

const restrict = (...patterns) => ({
  '@typescript-eslint/no-restricted-imports': ['error', {patterns}],
});

/** Words that say nothing about what a variable holds. Name the thing instead: run, head, width. */
const vagueName = '/^(own|one|other|others|known|found|made|kept|said|share|begun|goOn|soFar)$/';
const declarations = [
  'VariableDeclarator > Identifier.id',
  ':function > Identifier.params',
  'ObjectPattern > Property > Identifier.value',
  'ObjectPattern > Property > AssignmentPattern.value > Identifier.left',
  'ArrayPattern > Identifier',
  ':function > AssignmentPattern.params > Identifier.left',
  'RestElement > Identifier',
];
const noVagueNames = {
  'no-restricted-syntax': [
    'error',
    ...declarations.map(selector => ({
      selector: `${selector}[name=${vagueName}]`,
      message: 'Name a variable with a noun that says what it holds.',
    })),
  ],
};

export default tseslint.config(
  {
    ignores: [
      'build/**',
      'dist/**',
      'node_modules/**',
      'coverage/**',
      'fuzz/**',
      'bench/.peers/**',
      '.nodes/**',
      'bench/.work/**',
      'runs/**',
      'data/**',
    ],
  },
  js.configs.recommended,
  ...tseslint.configs.recommendedTypeChecked,
  {
    languageOptions: {
      parserOptions: {projectService: true, tsconfigRootDir: import.meta.dirname},
    },
    linterOptions: {reportUnusedDisableDirectives: 'error'},
    rules: {
      'no-console': 'error',
      complexity: ['error', {max: 12, variant: 'modified'}],
      'max-lines': ['error', {max: 300}],
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        {considerDefaultExhaustiveForUnions: true},
      ],
      '@typescript-eslint/no-unused-vars': [
        'error',
        {argsIgnorePattern: '^_', varsIgnorePattern: '^_'},
      ],
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/restrict-template-expressions': [
        'error',
        {allowNumber: true, allowBoolean: true},
      ],
    },
  },
  {files: ['src/**'], rules: {...restrict(tensorflow, sharp, ink), ...noVagueNames}},
  {files: ['src/tensorflow/**'], rules: restrict(sharp, ink)},
  {files: ['src/data/image/**'], rules: restrict(tensorflow, ink)},
  {
    files: ['src/tui/**'],
    plugins: {'react-hooks': reactHooks},
    rules: {...reactHooks.configs.recommended.rules, ...restrict(tensorflow, sharp)},
  },
  {files: ['**/*.js', '**/*.mjs'], ...tseslint.configs.disableTypeChecked},
  {
    files: ['**/*.js', '**/*.mjs'],
    languageOptions: {
      globals: {
        AbortController: 'readonly',
        process: 'readonly',
        console: 'readonly',
        URL: 'readonly',
        setInterval: 'readonly',
        clearInterval: 'readonly',
        performance: 'readonly',
      },
    },
    rules: {'no-console': 'off'},
  },
  {files: ['bench/**'], rules: {'no-console': 'off'}},
);
